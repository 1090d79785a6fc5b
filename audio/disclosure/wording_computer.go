package disclosure

// computerWording is what is said of a voice that rules make.
func computerWording(base string) Wording {
	switch base {
	case "de":
		return Wording{
			Language: "de",
			Written:  "Die Stimme ist computergeneriert. Es kann zu Unstimmigkeiten kommen.",
			Spoken:   "Dieser Artikel wird von einer computergenerierten Stimme vorgelesen. Es kann zu Unstimmigkeiten kommen.",
			Voice:    "Computerstimme",
			Chapter:  "Hinweis: Computerstimme",
		}
	case "fr":
		return Wording{
			Language: "fr",
			Written:  "La voix est générée par ordinateur. Des incohérences peuvent survenir.",
			Spoken:   "Cet article est lu par une voix générée par ordinateur. Des incohérences peuvent survenir.",
			Voice:    "Voix de synthèse",
			Chapter:  "Avertissement : voix de synthèse",
		}
	case "es":
		return Wording{
			Language: "es",
			Written:  "La voz está generada por ordenador. Puede haber incoherencias.",
			Spoken:   "Este artículo lo lee una voz generada por ordenador. Puede haber incoherencias.",
			Voice:    "Voz sintética",
			Chapter:  "Aviso: voz sintética",
		}
	case "it":
		return Wording{
			Language: "it",
			Written:  "La voce è generata al computer. Sono possibili incongruenze.",
			Spoken:   "Questo articolo è letto da una voce generata al computer. Sono possibili incongruenze.",
			Voice:    "Voce sintetica",
			Chapter:  "Avviso: voce sintetica",
		}
	case "pt":
		return Wording{
			Language: "pt",
			Written:  "A voz é gerada por computador. Pode haver inconsistências.",
			Spoken:   "Este artigo é lido por uma voz gerada por computador. Pode haver inconsistências.",
			Voice:    "Voz sintética",
			Chapter:  "Aviso: voz sintética",
		}
	case "nl":
		return Wording{
			Language: "nl",
			Written:  "De stem is door een computer gegenereerd. Onregelmatigheden zijn mogelijk.",
			Spoken:   "Dit artikel wordt voorgelezen door een computerstem. Onregelmatigheden zijn mogelijk.",
			Voice:    "Computerstem",
			Chapter:  "Melding: computerstem",
		}
	case "pl":
		return Wording{
			Language: "pl",
			Written:  "Głos wygenerowany komputerowo. Mogą wystąpić nieścisłości.",
			Spoken:   "Ten artykuł czyta głos wygenerowany komputerowo. Mogą wystąpić nieścisłości.",
			Voice:    "Głos komputerowy",
			Chapter:  "Informacja: głos komputerowy",
		}
	case "sv":
		return Wording{
			Language: "sv",
			Written:  "Rösten är datorgenererad. Felaktigheter kan förekomma.",
			Spoken:   "Den här artikeln läses upp av en datorgenererad röst. Felaktigheter kan förekomma.",
			Voice:    "Datorröst",
			Chapter:  "Information: datorröst",
		}
	case "da":
		return Wording{
			Language: "da",
			Written:  "Stemmen er computergenereret. Der kan forekomme unøjagtigheder.",
			Spoken:   "Denne artikel læses op af en computergenereret stemme. Der kan forekomme unøjagtigheder.",
			Voice:    "Computerstemme",
			Chapter:  "Bemærk: computerstemme",
		}
	case "nb", "no", "nn":
		return Wording{
			Language: "nb",
			Written:  "Stemmen er datagenerert. Unøyaktigheter kan forekomme.",
			Spoken:   "Denne artikkelen leses opp av en datagenerert stemme. Unøyaktigheter kan forekomme.",
			Voice:    "Syntetisk stemme",
			Chapter:  "Merk: syntetisk stemme",
		}
	case "fi":
		return Wording{
			Language: "fi",
			Written:  "Ääni on tietokoneen tuottama. Epätarkkuuksia voi esiintyä.",
			Spoken:   "Tämän artikkelin lukee tietokoneen tuottama ääni. Epätarkkuuksia voi esiintyä.",
			Voice:    "Tietokoneääni",
			Chapter:  "Huomautus: tietokoneääni",
		}
	case "cs":
		return Wording{
			Language: "cs",
			Written:  "Hlas je vygenerován počítačem. Mohou se vyskytnout nepřesnosti.",
			Spoken:   "Tento článek čte hlas vygenerovaný počítačem. Mohou se vyskytnout nepřesnosti.",
			Voice:    "Počítačový hlas",
			Chapter:  "Upozornění: počítačový hlas",
		}
	case "tr":
		return Wording{
			Language: "tr",
			Written:  "Ses bilgisayar tarafından oluşturulmuştur. Tutarsızlıklar olabilir.",
			Spoken:   "Bu makale bilgisayar sesiyle okunmaktadır. Tutarsızlıklar olabilir.",
			Voice:    "Bilgisayar sesi",
			Chapter:  "Bilgi: bilgisayar sesi",
		}
	case "uk":
		return Wording{
			Language: "uk",
			Written:  "Голос згенеровано комп’ютером. Можливі неточності.",
			Spoken:   "Цю статтю читає голос, згенерований комп’ютером. Можливі неточності.",
			Voice:    "Комп’ютерний голос",
			Chapter:  "Повідомлення: комп’ютерний голос",
		}
	case "ru":
		return Wording{
			Language: "ru",
			Written:  "Голос сгенерирован компьютером. Возможны неточности.",
			Spoken:   "Эту статью читает голос, сгенерированный компьютером. Возможны неточности.",
			Voice:    "Компьютерный голос",
			Chapter:  "Примечание: компьютерный голос",
		}
	case "el":
		return Wording{
			Language: "el",
			Written:  "Η φωνή έχει δημιουργηθεί από υπολογιστή. Ενδέχεται να υπάρχουν ανακρίβειες.",
			Spoken:   "Το άρθρο διαβάζει φωνή υπολογιστή. Ενδέχεται να υπάρχουν ανακρίβειες.",
			Voice:    "Φωνή υπολογιστή",
			Chapter:  "Ενημέρωση: φωνή υπολογιστή",
		}
	case "ja":
		return Wording{
			Language: "ja",
			Written:  "この音声はコンピューターによって生成されています。不正確な箇所がある場合があります。",
			Spoken:   "この記事は合成音声で読み上げています。不正確な箇所がある場合があります。",
			Voice:    "合成音声",
			Chapter:  "お知らせ：合成音声",
		}
	case "zh":
		return Wording{
			Language: "zh",
			Written:  "语音由计算机生成。内容可能存在不准确之处。",
			Spoken:   "本文由合成语音朗读。可能有不准确之处。",
			Voice:    "合成语音",
			Chapter:  "提示：合成语音",
		}
	case "zh-Hant":
		return Wording{
			Language: "zh-Hant",
			Written:  "語音由電腦生成。內容可能有不準確之處。",
			Spoken:   "本文由合成語音朗讀。可能有不準確之處。",
			Voice:    "合成語音",
			Chapter:  "提示：合成語音",
		}
	case "ko":
		return Wording{
			Language: "ko",
			Written:  "이 음성은 컴퓨터로 생성되었습니다. 부정확한 부분이 있을 수 있습니다.",
			Spoken:   "이 기사는 합성 음성으로 읽어 드립니다. 부정확한 부분이 있을 수 있습니다.",
			Voice:    "합성 음성",
			Chapter:  "안내: 합성 음성",
		}
	case "ar":
		return Wording{
			Language: "ar",
			Written:  "هذا الصوت مولّد بالحاسوب. قد ترد بعض الأخطاء.",
			Spoken:   "يُقرأ هذا المقال بصوت مولّد بالحاسوب. قد ترد بعض الأخطاء.",
			Voice:    "صوت حاسوبي",
			Chapter:  "تنبيه: صوت حاسوبي",
		}
	default:
		return Wording{
			Language: "en",
			Written:  "Voice is computer-generated. Inconsistencies may occur.",
			Spoken:   "This article is read by a computer-generated voice. Inconsistencies may occur.",
			Voice:    "Computer voice",
			Chapter:  "Computer voice disclosure",
		}
	}
}
