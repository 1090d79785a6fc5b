package article

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A paragraph in each language, written for this test.
var paragraphs = map[string]string{
	"en": "The new bridge was opened on Monday after three years of work. It is longer than the old one, and it will be free for everyone who lives in the town, said the mayor, who had to wait for the rain to stop.",
	"de": "Die neue Brücke wurde am Montag nach drei Jahren Arbeit eröffnet. Sie ist länger als die alte und wird für alle kostenlos sein, die in der Stadt wohnen, sagte der Bürgermeister, der auf das Ende des Regens warten musste.",
	"fr": "Le nouveau pont a été ouvert lundi après trois ans de travaux. Il est plus long que l'ancien et il sera gratuit pour tous ceux qui habitent dans la ville, a dit le maire, qui a dû attendre la fin de la pluie.",
	"es": "El nuevo puente se abrió el lunes después de tres años de obras. Es más largo que el viejo y será gratis para todos los que viven en la ciudad, dijo el alcalde, que tuvo que esperar a que dejara de llover.",
	"it": "Il nuovo ponte è stato aperto lunedì dopo tre anni di lavori. È più lungo del vecchio e sarà gratuito per tutti quelli che abitano in città, ha detto il sindaco, che ha dovuto aspettare la fine della pioggia.",
	"pt": "A nova ponte foi aberta na segunda-feira depois de três anos de obras. É mais longa do que a antiga e não será paga por quem mora na cidade, disse o presidente da câmara, que teve de esperar até a chuva parar.",
	"nl": "De nieuwe brug is maandag na drie jaar werk geopend. Ze is langer dan de oude en wordt gratis voor iedereen die in de stad woont, zei de burgemeester, die moest wachten tot het niet meer regende.",
	"sv": "Den nya bron öppnades i måndags efter tre års arbete. Den är längre än den gamla och ska vara gratis för alla som bor i staden, sade borgmästaren, som fick vänta på att det inte skulle regna.",
	"da": "Den nye bro blev åbnet mandag efter tre års arbejde. Den er længere end den gamle og bliver gratis for alle, der bor i byen, sagde borgmesteren, som måtte vente, til det ikke regnede mere, og hvad nu?",
	"nb": "Den nye broen ble åpnet mandag etter tre års arbeid. Den er lengre enn den gamle og blir gratis for alle som bor i byen, sa ordføreren, som måtte vente til det ikke regnet mer, og så gikk hun hjem fra festen.",
	"pl": "Nowy most otwarto w poniedziałek po trzech latach prac. Jest dłuższy niż stary i będzie bezpłatny dla wszystkich, którzy mieszkają w mieście, powiedziała burmistrz, która musiała czekać, aż już nie będzie padać, ale nie narzekała.",
	"cs": "Nový most byl otevřen v pondělí po třech letech prací. Je delší než starý a bude zdarma pro všechny, kteří bydlí ve městě, řekl starosta, který musel čekat, až přestane pršet, ale už se těšil na to, jak bude most sloužit.",
	"sk": "Nový most otvorili v pondelok po troch rokoch prác. Je dlhší ako starý a bude zadarmo pre všetkých, ktorí bývajú v meste, povedal primátor, ktorý musel čakať, kým už nebude pršať, ale tešil sa aj na to, že sú tam ľudia.",
	"sl": "Novi most so odprli v ponedeljek po treh letih dela. Daljši je kot stari in bo brezplačen za vse, ki živijo v mestu, je povedal župan, ki je moral počakati, da se je nehalo deževati, pa tudi ni več vedel, kaj bi še lahko rekel.",
	"hr": "Novi most otvoren je u ponedjeljak nakon tri godine radova. Duži je od starog i bit će besplatan za sve koji žive u gradu, rekao je gradonačelnik, koji je morao čekati da kiša prestane, ali to mu nije bilo teško jer su svi došli.",
	"ro": "Noul pod a fost deschis luni, după trei ani de lucrări. Este mai lung decât cel vechi și va fi gratuit pentru toți cei care locuiesc în oraș, a spus primarul, care a trebuit să aștepte să nu mai plouă.",
	"ca": "El pont nou es va obrir dilluns després de tres anys d'obres. És més llarg que l'antic i serà gratuït per a tothom que visqui a la ciutat, va dir l'alcalde, que també va haver d'esperar amb els veïns fins que no va ploure més.",
	"fi": "Uusi silta avattiin maanantaina kolmen vuoden työn jälkeen. Se on pidempi kuin vanha ja se on ilmainen kaikille, jotka asuvat kaupungissa, sanoi pormestari, joka ei ollut iloinen, mutta hän oli siitä huolimatta mukana, kun nauha leikattiin.",
	"hu": "Az új hidat hétfőn nyitották meg három év munka után. Hosszabb, mint a régi, és ingyenes lesz mindenkinek, aki a városban él, mondta a polgármester, aki azt is elmondta, hogy meg kellett várnia, amíg már nem esik az eső.",
	"tr": "Yeni köprü üç yıl süren çalışmadan sonra pazartesi günü açıldı. Eski köprüden daha uzun ve bu şehirde yaşayan her kişi için ücretsiz olacak diyen başkan, yağmur için çok bekledi ama ne olduğu gibi kaldı ne de gitti.",
	"id": "Jembatan baru itu dibuka pada hari Senin setelah tiga tahun kerja. Jembatan ini lebih panjang dari yang lama dan akan gratis untuk semua orang yang tinggal di kota, kata wali kota, yang harus menunggu karena hujan tidak berhenti.",
	"ru": "Новый мост открыли в понедельник после трёх лет работ. Он длиннее, чем старый, и будет бесплатным для всех, кто живёт в городе, сказал мэр, которому пришлось ждать, когда уже не будет дождя, но это его не огорчило.",
	"uk": "Новий міст відкрили в понеділок після трьох років робіт. Він довший, ніж старий, і буде безплатним для всіх, хто живе у місті, сказав мер, який мав чекати, коли вже не буде дощу, але це його не засмутило.",
	"bg": "Новият мост беше открит в понеделник след три години работа. Той е по-дълъг от стария и ще бъде безплатен за всички, които живеят в града, каза кметът, който трябваше да чака, но това не го натъжи.",
	"sr": "Нови мост је отворен у понедељак после три године радова. Дужи је од старог и биће бесплатан за све који живе у граду, рекао је градоначелник, који је морао да чека, али то му није било тешко.",
	"ar": "افتتح الجسر الجديد يوم الاثنين بعد ثلاث سنوات من العمل. وهو أطول من الجسر القديم الذي كان في المدينة، وقد قال رئيس البلدية إن هذا الجسر لا يكلف أحدا، لأن كل من يعبر على قدميه هو من أهل المدينة.",
	"fa": "پل جدید روز دوشنبه پس از سه سال کار باز شد. این پل از پل قدیمی بلندتر است و برای همه کسانی که در شهر زندگی می کنند رایگان خواهد بود، شهردار که باید تا پایان باران صبر می کرد این را گفت.",
	"ur": "نیا پل تین سال کے کام کے بعد پیر کو کھولا گیا۔ یہ پرانے پل سے لمبا ہے اور شہر میں رہنے والوں کے لیے مفت ہے، میئر نے کہا کہ ان کو بارش کے رکنے تک انتظار کرنا تھا۔",
}

func blocksOf(texts ...string) []Block {
	var blocks []Block
	for _, t := range texts {
		blocks = append(blocks, Block{Kind: Paragraph, Text: t})
	}
	return blocks
}

func TestAParagraphTellsItsLanguage(t *testing.T) {
	for language, text := range paragraphs {
		g := guessLanguage("", blocksOf(text))
		require.Equal(t, language, g.language, "%v", g)
		require.True(t, g.sure, "%s: %v", language, g)
	}
}

func TestEachListHasItsParagraph(t *testing.T) {
	for _, languages := range functionWords() {
		for _, language := range languages {
			require.Contains(t, paragraphs, language)
		}
	}
}

func TestShortTextsAndNamesStayUndecided(t *testing.T) {
	for _, text := range []string{
		"", "Yes.", "Le Monde", "Der Spiegel, Die Zeit", "Los Angeles, San Diego, El Paso, La Jolla", "Rio de Janeiro", "A", "12 + 4 = 16",
		"Ann Lowe, Tom Hale, Vera Nash, Lee Ott, Ines Moor, Peter Lusk, Ada Cole, Tim Roe, Jane Orr, Kim Wu",
		"Manchester City 2 Real Madrid 1 Paris Saint-Germain 0 Bayern 3", "café naïve résumé façade",
	} {
		g := guessLanguage("", blocksOf(text))
		require.False(t, g.sure, "%q: %v", text, g)
		require.Equal(t, "en", g.language, "%q", text)
	}
}

func TestAMixedTextIsInTheLanguageOfMostOfIt(t *testing.T) {
	g := guessLanguage("", blocksOf(paragraphs["en"], paragraphs["en"], paragraphs["fr"]))
	require.Equal(t, "en", g.language)
	require.True(t, g.sure)
	g = guessLanguage("", blocksOf("「"+paragraphs["en"][:100]+"」と市長は述べた。"+strings.Repeat("新しい橋が月曜日の朝に開通した。", 20)))
	require.Equal(t, "ja", g.language)
	half := guessLanguage("", blocksOf(strings.Repeat("the of and le de et ", 20)))
	require.False(t, half.sure, "%v", half)
}

func TestALongTextIsNotReadToItsEnd(t *testing.T) {
	g := guessLanguage("", blocksOf(strings.Repeat("the ", sampleWords), strings.Repeat("le ", 10*sampleWords)))
	require.Equal(t, sampleWords, g.words)
	require.Equal(t, "en", g.language)
}

func TestDeclaredLanguageIsCheckedAgainstTheText(t *testing.T) {
	long := func(language string) string { return strings.Repeat(paragraphs[language]+" ", 2) }
	for _, tc := range []struct{ name, declared, text, want, warning string }{
		{"agrees", "de-AT", long("de"), "de-AT", ""},
		{"nothing declared", "", long("de"), "de", ""},
		{"nothing declared, too short", "", "Guten Tag, Wien.", "en", ""},
		{"no text of that language", "en-US", long("de"), "de", "declared as en-US, but the text is in de"},
		{"too short to doubt", "en", "Der Hund und die Katze sind nicht da, sie sind auch nicht im Haus.", "en", ""},
		{"close relatives", "nb", long("da"), "nb", "the text looks like da; it is read as declared"},
		{"another name of the same", "no", long("nb"), "no", ""},
		{"written nearly alike", "nn", long("nb"), "nn", ""},
		{"written nearly alike, in another script", "sr", long("hr"), "sr", ""},
		{"a language without a list", "cy", long("fr"), "cy", "the text looks like fr; it is read as declared"},
		{"a script that is not its own", "en", strings.Repeat("橋が月曜日の朝に開通した。", 9), "ja", "written in the script of ja"},
		{"a script of many languages", "kk", strings.Repeat("Жаңа көпір дүйсенбіде ашылды. ", 20), "kk", ""},
		{"Latin letters of another script's language", "ja", long("en"), "en", "written in the script of en"},
		{"mixed", "en", long("en") + paragraphs["fr"], "en", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := &Article{Language: tc.declared, Blocks: blocksOf(tc.text)}
			settleLanguage(a)
			require.Equal(t, tc.want, a.Language)
			if tc.warning == "" {
				require.Empty(t, a.Warnings)
				return
			}
			require.Len(t, a.Warnings, 1)
			require.Contains(t, a.Warnings[0], tc.warning)
		})
	}
}

func BenchmarkGuessLanguage(b *testing.B) {
	blocks := blocksOf(strings.Repeat(paragraphs["en"], 50))
	b.ReportAllocs()
	for b.Loop() {
		guessLanguage("", blocks)
	}
}
