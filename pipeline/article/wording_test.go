package article_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

// wordingCase is an article in a language: its text, lines that do not belong to it with their reasons, and sentences that
// begin as such lines do.
type wordingCase struct {
	text   []string
	inside map[string]string
	after  map[string]string
	kept   []string
}

//nolint:misspell // they are other languages
var wordingCases = map[string]wordingCase{
	"de": {
		[]string{
			"Der Stadtrat hat am Dienstagabend nach vier Stunden Debatte den Bau der neuen Brücke beschlossen.",
			"Die Arbeiten sollen im Frühjahr beginnen, und die Straße am Fluss bleibt für Busse offen.",
			"Anwohner am Ostufer hatten um einen späteren Beginn gebeten, weil das Schuljahr erst im Juni endet.",
			"Das Geld liege bereit, sagte die Bürgermeisterin, und kein anderes Vorhaben müsse darauf warten.",
		},
		map[string]string{
			`<p>Anzeige</p>`: "advertisement",
			`<p><a href=/x>Lesen Sie auch: Die lange Geschichte der Fähre</a></p>`:        "link to another story",
			`<p>Mehr zum Thema</p><ul><li><a href=/x>Fähre bleibt bis Juni</a></li></ul>`: "link to another story",
			`<p>Foto: dpa/Lena Abara</p>`: "credit",
			`<p>Jetzt unseren Newsletter abonnieren und keine Geschichte mehr verpassen.</p>`:       "newsletter or subscription box",
			`<p>Dieser Artikel ist nur für Abonnenten. Jetzt kostenlos testen und weiterlesen.</p>`: "paywall line",
			`<p>12 Kommentare</p>`:   "comments",
			`<p>Artikel anhören</p>`: "the page's own audio player",
			`<p>Wir verwenden Cookies, um dieses Angebot für Sie zu verbessern.</p>`: "cookie notice",
			`<p>Teilen Drucken Facebook</p>`:                                         "share and follow links",
		},
		map[string]string{
			`<p>Von Anna Beispiel</p>`:                                    "byline",
			`<p>Anna Beispiel ist Redakteurin im Ressort Stadtleben.</p>`: "about the writer",
			`<p>Aktualisiert am 4. Mai 2026, 10:30 Uhr</p>`:               "date line of the page",
			`<p>© 2026 Beispielblatt. Alle Rechte vorbehalten.</p>`:       "copyright line",
			`<p>Schlagwörter: Brücke, Stadtrat</p>`:                       "topic links",
		},
		[]string{
			"Anzeigen für die Stelle standen in drei Zeitungen, und niemand bewarb sich darauf.",
			"Mehr zum Thema wollte der Minister am Montag nicht sagen, bevor er die Akten gelesen hatte.",
			"Teilen will sich die Kosten niemand, weder die Stadt noch der Landkreis.",
			"Von Montag an fahren die Busse wieder über die alte Brücke am Markt.",
			"Fotos von der Baustelle zeigen, wie weit die Arbeiten schon gekommen sind.",
		},
	},
	"fr": {
		[]string{
			"Le conseil municipal a approuvé mardi soir la construction du nouveau pont après quatre heures de débat.",
			"Les travaux doivent commencer au printemps, et la route qui longe le fleuve restera ouverte aux bus.",
			"Les habitants de la rive est avaient demandé un report, parce que l'année scolaire finit en juin.",
			"La maire a dit que l'argent était déjà réservé et qu'aucun autre projet ne devrait attendre.",
		},
		map[string]string{
			`<p>Publicité</p>`: "advertisement",
			`<p><a href=/x>Lire aussi : La longue histoire du bac</a></p>`:                 "link to another story",
			`<p>Sur le même sujet</p><ul><li><a href=/x>Le bac reste à quai</a></li></ul>`: "link to another story",
			`<p>Photo : Lena Abara</p>`: "credit",
			`<p>Inscrivez-vous à notre newsletter pour ne rien manquer de la vie locale.</p>`: "newsletter or subscription box",
			`<p>Cet article est réservé aux abonnés. Déjà abonné ? Connectez-vous.</p>`:       "paywall line",
			`<p>12 commentaires</p>`:     "comments",
			`<p>Écouter cet article</p>`: "the page's own audio player",
			`<p>Nous utilisons des cookies pour améliorer votre lecture sur ce site.</p>`: "cookie notice",
			`<p>Partager Imprimer Facebook</p>`:                                           "share and follow links",
		},
		map[string]string{
			`<p>Par Anna Exemple</p>`:                                   "byline",
			`<p>Anna Exemple est journaliste au service politique.</p>`: "about the writer",
			`<p>Publié le 4 mai 2026 à 10h30</p>`:                       "date line of the page",
			`<p>© 2026 Le Modèle. Tous droits réservés.</p>`:            "copyright line",
			`<p>Mots-clés : pont, conseil</p>`:                          "topic links",
		},
		[]string{
			"Par ailleurs, la ville devra payer la moitié des travaux avant la fin de l'année.",
			"Partager la note avec le département n'a jamais été possible, a expliqué la maire.",
			"Lire la suite du rapport prendrait trois jours, a ironisé un conseiller de l'opposition.",
			"La publicité faite au projet a surpris jusqu'à ceux qui l'avaient voulu.",
		},
	},
	"es": {
		[]string{
			"El ayuntamiento aprobó el martes por la noche el nuevo puente después de cuatro horas de debate.",
			"Las obras deben empezar en primavera, y la carretera del río seguirá abierta para los autobuses.",
			"Los vecinos de la orilla este habían pedido un aplazamiento porque el curso escolar termina en junio.",
			"La alcaldesa dijo que el dinero ya estaba reservado y que ningún otro proyecto tendría que esperar.",
		},
		map[string]string{
			`<p>Publicidad</p>`: "advertisement",
			`<p><a href=/x>Lee también: La larga historia del transbordador</a></p>`:                        "link to another story",
			`<p>Te puede interesar</p><ul><li><a href=/x>El transbordador sigue en el muelle</a></li></ul>`: "link to another story",
			`<p>Foto: Lena Abara</p>`: "credit",
			`<p>Suscríbete a nuestra newsletter para no perderte ninguna noticia de la ciudad.</p>`: "newsletter or subscription box",
			`<p>Este artículo es exclusivo para suscriptores. Inicia sesión para leerlo.</p>`:       "paywall line",
			`<p>12 comentarios</p>`:        "comments",
			`<p>Escucha este artículo</p>`: "the page's own audio player",
			`<p>Utilizamos cookies para mejorar la lectura de este sitio y de otros.</p>`: "cookie notice",
			`<p>Compartir Imprimir Facebook</p>`:                                          "share and follow links",
		},
		map[string]string{
			`<p>Por Ana Ejemplo</p>`:                                  "byline",
			`<p>Ana Ejemplo es periodista de la sección local.</p>`:   "about the writer",
			`<p>Actualizado el 4 de mayo de 2026 a las 10:30</p>`:     "date line of the page",
			`<p>© 2026 El Modelo. Todos los derechos reservados.</p>`: "copyright line",
			`<p>Etiquetas: puente, ayuntamiento</p>`:                  "topic links",
		},
		[]string{
			"Por la tarde, los vecinos volvieron a la plaza y esperaron a la alcaldesa.",
			"Además, la ciudad tendrá que pagar la mitad de las obras antes de diciembre.",
			"Comparte la mesa con su hermano desde que los dos trabajaban en el puerto.",
			"La publicidad que recibió el proyecto sorprendió a los que lo habían pedido.",
		},
	},
	"it": {
		[]string{
			"Il consiglio comunale ha approvato martedì sera il nuovo ponte dopo quattro ore di dibattito.",
			"I lavori dovrebbero cominciare in primavera, e la strada lungo il fiume resterà aperta agli autobus.",
			"Gli abitanti della riva est avevano chiesto un rinvio, perché l'anno scolastico finisce a giugno.",
			"La sindaca ha detto che i soldi sono già pronti e che nessun altro progetto dovrà aspettare.",
		},
		map[string]string{
			`<p>Pubblicità</p>`: "advertisement",
			`<p><a href=/x>Leggi anche: La lunga storia del traghetto</a></p>`:                      "link to another story",
			`<p>Articoli correlati</p><ul><li><a href=/x>Il traghetto resta in porto</a></li></ul>`: "link to another story",
			`<p>Foto: Lena Abara</p>`: "credit",
			`<p>Iscriviti alla nostra newsletter per non perdere le notizie della città.</p>`:    "newsletter or subscription box",
			`<p>Questo articolo è riservato agli abbonati. Accedi per continuare a leggere.</p>`: "paywall line",
			`<p>12 commenti</p>`:             "comments",
			`<p>Ascolta questo articolo</p>`: "the page's own audio player",
			`<p>Utilizziamo i cookie per migliorare la lettura di questo sito.</p>`: "cookie notice",
			`<p>Condividi Stampa Facebook</p>`:                                      "share and follow links",
		},
		map[string]string{
			`<p>di Anna Esempio</p>`: "byline",

			`<p>Anna Esempio è giornalista della redazione locale.</p>`: "about the writer",
			`<p>Pubblicato il 4 maggio 2026 alle 10:30</p>`:             "date line of the page",
			`<p>© 2026 Il Modello. Riproduzione riservata.</p>`:         "copyright line",
			`<p>Tag: ponte, consiglio</p>`:                              "topic links",
		},
		[]string{
			"Di solito il traghetto parte alle otto, ma lunedì è rimasto in porto fino a sera.",
			"La pubblicità fatta al progetto ha sorpreso anche chi lo aveva voluto.",
			"Stampa e televisione hanno raccontato la notte del voto minuto per minuto.",
			"Guarda il fiume ogni mattina, dice, da quando il vecchio ponte è crollato.",
		},
	},
	"pt": {
		[]string{
			"A câmara aprovou na terça-feira à noite a nova ponte depois de quatro horas de debate.",
			"As obras devem começar na primavera, e a estrada do rio continua aberta para os autocarros.",
			"Os moradores da margem leste tinham pedido um adiamento, porque o ano letivo termina em junho.",
			"A presidente disse que o dinheiro já estava reservado e que nenhum outro projeto teria de esperar.",
		},
		map[string]string{
			`<p>Publicidade</p>`: "advertisement",
			`<p><a href=/x>Leia também: A longa história da barca</a></p>`:                          "link to another story",
			`<p>Notícias relacionadas</p><ul><li><a href=/x>A barca continua no cais</a></li></ul>`: "link to another story",
			`<p>Foto: Lena Abara</p>`: "credit",
			`<p>Assine a nossa newsletter para não perder nenhuma notícia da cidade.</p>`: "newsletter or subscription box",
			`<p>Este artigo é exclusivo para assinantes. Faça login para continuar.</p>`:  "paywall line",
			`<p>12 comentários</p>`:   "comments",
			`<p>Ouça este artigo</p>`: "the page's own audio player",
			`<p>Utilizamos cookies para melhorar a leitura deste site e de outros.</p>`: "cookie notice",
			`<p>Compartilhar Imprimir Facebook</p>`:                                     "share and follow links",
		},
		map[string]string{
			`<p>Por Ana Exemplo</p>`:                                "byline",
			`<p>Ana Exemplo é jornalista da redação local.</p>`:     "about the writer",
			`<p>Atualizado em 4 de maio de 2026 às 10h30</p>`:       "date line of the page",
			`<p>© 2026 O Modelo. Todos os direitos reservados.</p>`: "copyright line",
			`<p>Tags: ponte, câmara</p>`:                            "topic links",
		},
		[]string{
			"Por outro lado, a cidade terá de pagar metade das obras antes de dezembro.",
			"Compartilhar os custos com o estado nunca foi possível, explicou a presidente.",
			"Confira quem quiser as contas: o dinheiro está no banco há dois anos.",
			"A publicidade dada ao projeto surpreendeu até quem o tinha pedido.",
		},
	},
	"nl": {
		[]string{
			"De gemeenteraad heeft dinsdagavond na vier uur debat de nieuwe brug goedgekeurd.",
			"Het werk moet in het voorjaar beginnen, en de weg langs de rivier blijft open voor bussen.",
			"Bewoners van de oostoever hadden om uitstel gevraagd, omdat het schooljaar pas in juni eindigt.",
			"De burgemeester zei dat het geld klaarligt en dat geen ander plan daarop hoeft te wachten.",
		},
		map[string]string{
			`<p>Advertentie</p>`: "advertisement",
			`<p><a href=/x>Lees ook: De lange geschiedenis van de pont</a></p>`:                        "link to another story",
			`<p>Gerelateerde artikelen</p><ul><li><a href=/x>De pont blijft aan de kade</a></li></ul>`: "link to another story",
			`<p>Foto: Lena Abara</p>`: "credit",
			`<p>Schrijf je in voor onze nieuwsbrief en mis geen verhaal uit de stad.</p>`: "newsletter or subscription box",
			`<p>Dit artikel is alleen voor abonnees. Heb je al een account? Log in.</p>`:  "paywall line",
			`<p>12 reacties</p>`:           "comments",
			`<p>Beluister dit artikel</p>`: "the page's own audio player",
			`<p>Wij gebruiken cookies om het lezen van deze site beter te maken.</p>`: "cookie notice",
			`<p>Delen Afdrukken Facebook</p>`:                                         "share and follow links",
		},
		map[string]string{
			`<p>Door Anna Voorbeeld</p>`:                                  "byline",
			`<p>Anna Voorbeeld is verslaggever van de stadsredactie.</p>`: "about the writer",
			`<p>Bijgewerkt op 4 mei 2026 om 10:30 uur</p>`:                "date line of the page",
			`<p>© 2026 Het Voorbeeld. Alle rechten voorbehouden.</p>`:     "copyright line",
			`<p>Trefwoorden: brug, gemeenteraad</p>`:                      "topic links",
		},
		[]string{
			"Door de storm bleef de pont de hele maandag aan de kade liggen.",
			"Delen wil niemand de kosten, de stad niet en de provincie evenmin.",
			"Meer nieuws over de brug komt er pas als de raad terug is van reces.",
			"Advertenties voor de baan stonden in drie kranten, en niemand reageerde.",
		},
	},
}

//nolint:misspell // names of other languages
func (c wordingCase) page(language, middle, end string) string {
	return "<!doctype html><html lang=" + language + "><head><title>Brig</title><script type=\"application/ld+json\">" +
		`{"@type":"NewsArticle","author":[{"name":"Anna Beispiel"},{"name":"Anna Exemple"},{"name":"Ana Ejemplo"},{"name":"Anna Esempio"},{"name":"Ana Exemplo"},{"name":"Anna Voorbeeld"}]}` +
		"</script></head><body><main><article><h1>Brig</h1><p>" + c.text[0] + "</p><p>" + c.text[1] + "</p>" + middle +
		"<p>" + c.text[2] + "</p><p>" + c.text[3] + "</p>" + end + "</article></main></body></html>"
}

func TestFurnitureIsKnownInTheLanguageOfThePage(t *testing.T) {
	for language, c := range wordingCases {
		check := func(t *testing.T, page, reason string) {
			a := read(t, page, article.Source{As: article.HTML})
			var got, found []string
			for _, b := range a.Blocks {
				got = append(got, b.Text)
			}
			for _, s := range a.Skipped {
				found = append(found, s.Reason)
			}
			require.Equal(t, c.text, got)
			require.Contains(t, found, reason)
		}
		for line, reason := range c.inside {
			t.Run(language+" "+line, func(t *testing.T) { check(t, c.page(language, line, ""), reason) })
		}
		for line, reason := range c.after {
			t.Run(language+" "+line, func(t *testing.T) { check(t, c.page(language, "", line), reason) })
		}
		t.Run(language+" on a page that says it is English", func(t *testing.T) {
			for line, reason := range c.after {
				check(t, c.page("en", "", line), reason)
				break
			}
		})
	}
}

func TestSentencesOfOtherLanguagesThatBeginLikeFurnitureAreRead(t *testing.T) {
	for language, c := range wordingCases {
		for _, sentence := range c.kept {
			t.Run(language+" "+sentence, func(t *testing.T) {
				a := read(t, c.page(language, "<p>"+sentence+"</p>", ""), article.Source{As: article.HTML})
				require.Len(t, a.Blocks, 5)
				require.Equal(t, sentence, a.Blocks[2].Text)
			})
		}
	}
}

func TestInstructionsThatSoundLikeFurnitureAreRead(t *testing.T) {
	steps := []string{"Sign up for an account with your library card.", "Share the link with two friends.", "Follow us to the reading room.", "Leave a comment on the shelf."}
	a := read(t, page("<ol><li>"+strings.Join(steps, "</li><li>")+"</li></ol>", ""), article.Source{As: article.HTML})
	require.Len(t, a.Blocks, 8)
	for i, step := range steps {
		require.Equal(t, step, a.Blocks[2+i].Text)
	}
}

func TestCommonestFurnitureIsKnownInMoreLanguages(t *testing.T) {
	for language, known := range map[string]map[string]string{
		"ru": {"<p><a href=/x>Читайте также: Паром вернулся в порт</a></p>": "link to another story", "<p>Реклама</p>": "advertisement", "<p>Фото: Лена Абара</p>": "credit", "<p>Подписывайтесь на наш канал в Telegram.</p>": "newsletter or subscription box"},
		"pl": {"<p><a href=/x>Czytaj też: Prom wrócił do portu</a></p>": "link to another story", "<p>Fot. Lena Abara</p>": "credit", "<p>Reklama</p>": "advertisement"},
		"id": {"<p><a href=/x>Baca juga: Feri kembali ke dermaga</a></p>": "link to another story", "<p>Sumber: Kantor Berita</p>": "credit"},
		"tr": {"<p>İlgili Haberler</p><ul><li><a href=/x>Feribot limana döndü</a></li></ul>": "link to another story", "<p>Reklam</p>": "advertisement"},
		"sv": {"<p><a href=/x>Läs också: Färjan ligger kvar vid kaj</a></p>": "link to another story", "<p>Foto: Lena Abara</p>": "credit"},
		"ja": {"<p>関連記事</p><ul><li><a href=/x>渡し船が港に戻った</a></li></ul>": "link to another story", "<p>写真：阿部レナ</p>": "credit"},
		"ko": {"<p>저작권자 ⓒ 예시신문 무단전재 및 재배포 금지</p>": "copyright line", "<p>사진=예시신문</p>": "credit"},
		"zh": {"<p>责任编辑：李四</p>": "credit", "<p>广告</p>": "advertisement"},
	} {
		for line, reason := range known {
			t.Run(language+" "+line, func(t *testing.T) {
				a := read(t, strings.Replace(page(line, ""), "lang=en", "lang="+language, 1), article.Source{As: article.HTML})
				require.Equal(t, body(), lines(a))
				require.Contains(t, reasons(a, 2), reason)
			})
		}
	}
}

func TestRunningTextInOtherScriptsIsNoFurniture(t *testing.T) {
	for language, sentence := range map[string]string{
		"ru": "Читайте также и классиков, говорил он ученикам, иначе вы не поймёте современников.",
		"ja": "関連記事を集めた本が昨年の秋に地元の出版社から出て、すぐに売り切れたという。",
		"ko": "공유 자전거는 지난해 봄부터 시내 모든 역에서 빌릴 수 있게 되었다고 한다.",
		"zh": "广告收入在过去一年里减少了三分之一，报社因此不得不关闭两个地方编辑部。",
	} {
		t.Run(language, func(t *testing.T) {
			a := read(t, strings.Replace(page("<p>"+sentence+"</p>", ""), "lang=en", "lang="+language, 1), article.Source{As: article.HTML})
			require.Contains(t, lines(a), "paragraph: "+sentence)
		})
	}
}
