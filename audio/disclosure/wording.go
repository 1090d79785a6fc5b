package disclosure

import (
	"golang.org/x/text/language"
)

// Wording is what is said about the voice in one language.
type Wording struct {
	Language string // BCP 47 language of the sentences; "en" where the language asked for has none of its own
	Written  string // the statement for readers: players, web pages, tags
	Spoken   string // the statement for listeners, at most six seconds of speech
	Voice    string // what kind of voice it is, in two words: "AI voice"
	Chapter  string // the title of the chapter in which Spoken is heard
}

// WordingFor is the wording in a BCP 47 language for sound that came to be as s says. A rule-based voice
// (AlgorithmicMedia) is "computer-generated"; every other is "AI-generated". A language that has no wording gets the
// English one, and Wording.Language says so.
func WordingFor(lang string, s SourceType) Wording {
	base, _ := parseLanguage(lang).Base()
	if s == AlgorithmicMedia {
		return computerWording(base.String())
	}
	return aiWording(base.String())
}

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

// parseLanguage reads a BCP 47 language. What is none is language.Und.
func parseLanguage(s string) language.Tag {
	const longest = 64 // bytes; RFC 5646 4.4.1 asks for at least 35
	if len(s) > longest {
		return language.Und
	}
	tag, err := language.Parse(s)
	if err != nil {
		return language.Und
	}
	return tag
}

// iso639 is the three-letter code (ISO 639-2/T) that ID3 wants, or "" where the language is not known.
func iso639(lang string) string {
	base, _, _ := parseLanguage(lang).Raw() // as given, nothing guessed from the region
	if code := base.ISO3(); code != "und" {
		return code
	}
	return ""
}
