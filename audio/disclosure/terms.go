package disclosure

// terms are the words of one language by which an own wording is judged. A word that ends in * may go on.
type terms struct {
	ai       []string // what a voice is that a trained model makes
	computer []string // what one is that rules make
	not      []string // what denies it
	human    []string // what it is not
}

// termsOf are the terms of a language, with the English ones for what it is, which readers of any language know.
func termsOf(lang string) terms {
	english := terms{
		ai:       []string{"AI", "artificial intelligence"},
		computer: []string{"computer*", "synthetic*", "synthesised", "synthesized"},
		not: []string{
			"not", "no", "never", "without", "non", "isn", "aren", "wasn", "weren", "doesn", "don", "cannot", "neither", "nor", "none",
			"free", "nothing",
		},
		human: []string{"human voice", "human narrator", "human reader", "real voice", "real person"},
	}
	var t terms
	switch lang {
	case "de":
		t = terms{
			[]string{"KI", "künstlich* intelligenz"},
			[]string{"computer*", "synthetisch*", "maschinell*"},
			[]string{"nicht", "kein*", "ohne", "nie", "niemals", "weder", "frei", "freie", "freier"},
			[]string{"menschliche* stimme", "echte* stimme"},
		}
	case "fr":
		t = terms{
			[]string{"IA", "intelligence artificielle"},
			[]string{"ordinateur", "synthèse", "synthétique*", "synthétisée"},
			[]string{"pas", "sans", "jamais", "aucun*", "ni", "non", "rien"},
			[]string{"voix humaine", "voix réelle"},
		}
	case "es":
		t = terms{
			[]string{"IA", "inteligencia artificial"},
			[]string{"ordenador", "computadora", "computador", "sintétic*", "sintetizad*"},
			[]string{"no", "sin", "nunca", "jamás", "ningun*", "ningún", "ni", "tampoco"},
			[]string{"voz humana", "voz real"},
		}
	case "it":
		t = terms{
			[]string{"IA", "intelligenza artificiale"},
			[]string{"computer", "sintetic*", "sintetizzat*"},
			[]string{"non", "senza", "mai", "nessun*", "né", "niente"},
			[]string{"voce umana", "voce reale"},
		}
	case "pt":
		t = terms{
			[]string{"IA", "inteligência artificial"},
			[]string{"computador", "sintétic*", "sintetizad*"},
			[]string{"não", "sem", "nunca", "jamais", "nenhum*", "nem"},
			[]string{"voz humana", "voz real"},
		}
	case "nl":
		t = terms{
			[]string{"kunstmatige intelligentie", "KI"},
			[]string{"computer*", "synthetisch*"},
			[]string{"niet", "geen", "zonder", "nooit", "noch", "vrij"},
			[]string{"menselijke stem", "echte stem"},
		}
	case "pl":
		t = terms{
			[]string{"SI", "sztuczn* inteligencj*"},
			[]string{"komputer*", "syntetyczn*", "syntezator*"},
			[]string{"nie", "bez", "nigdy", "żaden", "żadna", "żadnej", "żadnego", "ani"},
			[]string{"ludzki* głos*"},
		}
	case "sv":
		t = terms{
			[]string{"artificiell* intelligens*"},
			[]string{"dator*", "syntetisk*"},
			[]string{"inte", "ej", "icke", "utan", "aldrig", "ingen", "inget", "inga"},
			[]string{"mänsklig* röst*"},
		}
	case "da":
		t = terms{
			[]string{"KI", "kunstig* intelligens*"},
			[]string{"computer*", "syntetisk*"},
			[]string{"ikke", "uden", "aldrig", "ingen", "intet"},
			[]string{"menneskelig* stemme*"},
		}
	case "nb", "no", "nn":
		t = terms{
			[]string{"KI", "kunstig* intelligens*"},
			[]string{"datagenerert*", "datamaskin*", "datastemme*", "syntetisk*"},
			[]string{"ikke", "ikkje", "uten", "utan", "aldri", "ingen", "intet"},
			[]string{"menneskelig* stemme*"},
		}
	case "fi":
		t = terms{
			[]string{"tekoäly*"},
			[]string{"tietokone*", "synteetti*", "syntetisoi*"},
			[]string{"ei", "eivät", "eikä", "ilman", "koskaan"},
			[]string{"ihmisen ään*", "ihmisään*"},
		}
	case "cs":
		t = terms{
			[]string{"UI", "uměl* inteligenc*"},
			[]string{"počítač*", "syntetick*"},
			[]string{"není", "nejsou", "nebyl*", "ne", "bez", "nikdy", "žádný", "žádná", "žádné", "žádného", "žádnou", "ani"},
			[]string{"lidsk* hlas*"},
		}
	case "tr":
		t = terms{
			[]string{"YZ", "yapay zekâ*", "yapay zeka*"},
			[]string{"bilgisayar*", "sentetik*"},
			[]string{"değil*", "olmadan", "yok", "hiçbir", "asla"},
			[]string{"insan ses*"},
		}
	case "uk":
		t = terms{
			[]string{"ШІ", "штучн* інтелект*"},
			[]string{"комп ютер*", "синтетичн*", "синтезован*"},
			[]string{"не", "ні", "без", "ніколи", "жодн*"},
			[]string{"людськ* голос*"},
		}
	case "ru":
		t = terms{
			[]string{"ИИ", "искусственн* интеллект*", "нейросет*"},
			[]string{"компьютер*", "синтетическ*", "синтезирован*"},
			[]string{"не", "нет", "без", "никогда", "ни"},
			[]string{"человеческ* голос*", "голос* человека", "живой голос"},
		}
	case "el":
		t = terms{
			[]string{"ΤΝ", "τεχνητή* νοημοσύνη*"},
			[]string{"υπολογιστή*", "συνθετικ*"},
			[]string{"δεν", "μη", "μην", "όχι", "χωρίς", "ποτέ"},
			[]string{"ανθρώπιν* φωνή*"},
		}
	case "ja":
		t = terms{
			[]string{"人工知能"},
			[]string{"コンピュータ", "合成音声"},
			[]string{"ではありません", "ではない", "じゃない", "ていません", "ていない", "なし", "不使用"},
			[]string{"人間の声", "肉声"},
		}
	case "zh", "zh-Hant", "yue":
		t = terms{
			[]string{"人工智能", "人工智慧"},
			[]string{"计算机", "電腦", "电脑", "合成"},
			[]string{"不是", "并非", "並非", "没有", "沒有", "未使用", "无需", "非人工", "非ai"},
			[]string{"真人"},
		}
	case "ko":
		t = terms{
			[]string{"인공지능", "인공 지능"},
			[]string{"컴퓨터", "합성"},
			[]string{"아닙니다", "아닌", "아니라", "않", "없이", "없는"},
			[]string{"사람 목소리", "사람의 목소리", "실제 목소리"},
		}
	case "ar":
		t = terms{
			[]string{"ذكاء الاصطناعي", "ذكاء اصطناعي", "ذكاء الإصطناعي"},
			[]string{"حاسوب", "كمبيوتر", "صوت اصطناعي"},
			[]string{"ليس", "غير", "بدون", "دون "},
			[]string{"صوت بشري", "صوت إنسان"},
		}
	default:
		return english
	}
	t.ai, t.computer = append(t.ai, english.ai...), append(t.computer, english.computer...)
	t.not = append(t.not, "not", "without")
	return t
}
