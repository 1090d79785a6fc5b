package disclosure

// aiWording is what is said of a voice that a trained model makes.
func aiWording(base string) Wording {
	switch base {
	case "de":
		return Wording{
			Language: "de",
			Written:  "Die Stimme ist KI-generiert. Es kann zu Unstimmigkeiten kommen.",
			Spoken:   "Dieser Artikel wird von einer KI-generierten Stimme vorgelesen. Es kann zu Unstimmigkeiten kommen.",
			Voice:    "KI-Stimme",
			Chapter:  "Hinweis: KI-Stimme",
		}
	case "fr":
		return Wording{
			Language: "fr",
			Written:  "La voix est générée par IA. Des incohérences peuvent survenir.",
			Spoken:   "Cet article est lu par une voix générée par intelligence artificielle. Des incohérences peuvent survenir.",
			Voice:    "Voix IA",
			Chapter:  "Avertissement : voix IA",
		}
	case "es":
		return Wording{
			Language: "es",
			Written:  "La voz está generada por IA. Puede haber incoherencias.",
			Spoken:   "Este artículo lo lee una voz generada por inteligencia artificial. Puede haber incoherencias.",
			Voice:    "Voz de IA",
			Chapter:  "Aviso: voz de IA",
		}
	case "it":
		return Wording{
			Language: "it",
			Written:  "La voce è generata dall'IA. Sono possibili incongruenze.",
			Spoken:   "Articolo letto da una voce generata dall'intelligenza artificiale. Sono possibili incongruenze.",
			Voice:    "Voce IA",
			Chapter:  "Avviso: voce IA",
		}
	case "pt":
		return Wording{
			Language: "pt",
			Written:  "A voz é gerada por IA. Pode haver inconsistências.",
			Spoken:   "Artigo lido por uma voz gerada por inteligência artificial. Pode haver inconsistências.",
			Voice:    "Voz de IA",
			Chapter:  "Aviso: voz de IA",
		}
	case "nl":
		return Wording{
			Language: "nl",
			Written:  "De stem is door AI gegenereerd. Onregelmatigheden zijn mogelijk.",
			Spoken:   "Dit artikel wordt voorgelezen door een AI-gegenereerde stem. Onregelmatigheden zijn mogelijk.",
			Voice:    "AI-stem",
			Chapter:  "Melding: AI-stem",
		}
	case "pl":
		return Wording{
			Language: "pl",
			Written:  "Głos wygenerowany przez AI. Mogą wystąpić nieścisłości.",
			Spoken:   "Artykuł czyta głos wygenerowany przez AI. Mogą wystąpić nieścisłości.",
			Voice:    "Głos AI",
			Chapter:  "Informacja: głos AI",
		}
	case "sv":
		return Wording{
			Language: "sv",
			Written:  "Rösten är AI-genererad. Felaktigheter kan förekomma.",
			Spoken:   "Den här artikeln läses upp av en AI-genererad röst. Felaktigheter kan förekomma.",
			Voice:    "AI-röst",
			Chapter:  "Information: AI-röst",
		}
	case "da":
		return Wording{
			Language: "da",
			Written:  "Stemmen er AI-genereret. Der kan forekomme unøjagtigheder.",
			Spoken:   "Denne artikel læses op af en AI-genereret stemme. Der kan forekomme unøjagtigheder.",
			Voice:    "AI-stemme",
			Chapter:  "Bemærk: AI-stemme",
		}
	case "nb", "no", "nn":
		return Wording{
			Language: "nb",
			Written:  "Stemmen er KI-generert. Unøyaktigheter kan forekomme.",
			Spoken:   "Denne artikkelen leses opp av en KI-generert stemme. Unøyaktigheter kan forekomme.",
			Voice:    "KI-stemme",
			Chapter:  "Merk: KI-stemme",
		}
	case "fi":
		return Wording{
			Language: "fi",
			Written:  "Ääni on tekoälyn tuottama. Epätarkkuuksia voi esiintyä.",
			Spoken:   "Tämän artikkelin lukee tekoälyn tuottama ääni. Epätarkkuuksia voi esiintyä.",
			Voice:    "Tekoälyääni",
			Chapter:  "Huomautus: tekoälyääni",
		}
	case "cs":
		return Wording{
			Language: "cs",
			Written:  "Hlas je vygenerován umělou inteligencí. Mohou se vyskytnout nepřesnosti.",
			Spoken:   "Tento článek čte hlas vygenerovaný umělou inteligencí. Mohou se vyskytnout nepřesnosti.",
			Voice:    "Hlas AI",
			Chapter:  "Upozornění: hlas AI",
		}
	case "tr":
		return Wording{
			Language: "tr",
			Written:  "Ses yapay zekâ tarafından oluşturulmuştur. Tutarsızlıklar olabilir.",
			Spoken:   "Bu makale yapay zekâ sesiyle okunmaktadır. Tutarsızlıklar olabilir.",
			Voice:    "Yapay zekâ sesi",
			Chapter:  "Bilgi: yapay zekâ sesi",
		}
	case "uk":
		return Wording{
			Language: "uk",
			Written:  "Голос згенеровано штучним інтелектом. Можливі неточності.",
			Spoken:   "Цю статтю читає голос, згенерований штучним інтелектом. Можливі неточності.",
			Voice:    "Голос ШІ",
			Chapter:  "Повідомлення: голос ШІ",
		}
	case "ru":
		return Wording{
			Language: "ru",
			Written:  "Голос сгенерирован искусственным интеллектом. Возможны неточности.",
			Spoken:   "Эту статью читает голос, сгенерированный искусственным интеллектом. Возможны неточности.",
			Voice:    "Голос ИИ",
			Chapter:  "Примечание: голос ИИ",
		}
	case "el":
		return Wording{
			Language: "el",
			Written:  "Η φωνή έχει δημιουργηθεί από τεχνητή νοημοσύνη. Ενδέχεται να υπάρχουν ανακρίβειες.",
			Spoken:   "Το άρθρο διαβάζει φωνή τεχνητής νοημοσύνης. Ενδέχεται να υπάρχουν ανακρίβειες.",
			Voice:    "Φωνή τεχνητής νοημοσύνης",
			Chapter:  "Ενημέρωση: φωνή τεχνητής νοημοσύνης",
		}
	case "ja":
		return Wording{
			Language: "ja",
			Written:  "この音声はAIによって生成されています。不正確な箇所がある場合があります。",
			Spoken:   "この記事はAI音声で読み上げています。不正確な箇所がある場合があります。",
			Voice:    "AI音声",
			Chapter:  "お知らせ：AI音声",
		}
	case "zh":
		return Wording{
			Language: "zh",
			Written:  "语音由AI生成。内容可能存在不准确之处。",
			Spoken:   "本文由AI语音朗读。可能有不准确之处。",
			Voice:    "AI语音",
			Chapter:  "提示：AI语音",
		}
	case "zh-Hant":
		return Wording{
			Language: "zh-Hant",
			Written:  "語音由AI生成。內容可能有不準確之處。",
			Spoken:   "本文由AI語音朗讀。可能有不準確之處。",
			Voice:    "AI語音",
			Chapter:  "提示：AI語音",
		}
	case "ko":
		return Wording{
			Language: "ko",
			Written:  "이 음성은 AI로 생성되었습니다. 부정확한 부분이 있을 수 있습니다.",
			Spoken:   "이 기사는 AI 음성으로 읽어 드립니다. 부정확한 부분이 있을 수 있습니다.",
			Voice:    "AI 음성",
			Chapter:  "안내: AI 음성",
		}
	case "ar":
		return Wording{
			Language: "ar",
			Written:  "هذا الصوت مولّد بالذكاء الاصطناعي. قد ترد بعض الأخطاء.",
			Spoken:   "يُقرأ هذا المقال بصوت مولّد بالذكاء الاصطناعي. قد ترد أخطاء.",
			Voice:    "صوت بالذكاء الاصطناعي",
			Chapter:  "تنبيه: صوت بالذكاء الاصطناعي",
		}
	default:
		return Wording{
			Language: "en",
			Written:  "Voice is AI-generated. Inconsistencies may occur.",
			Spoken:   "Voice is AI-generated. Inconsistencies may occur.",
			Voice:    "AI voice",
			Chapter:  "AI voice disclosure",
		}
	}
}
