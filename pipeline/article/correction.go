package article

import "regexp"

// What editors say about an article is read before it and never dropped: a correction that nobody hears corrects nothing.
// Two forms are known, in lower case with straight apostrophes: a label with a colon or dash behind it, and the
// sentences in which papers say that they changed an article. They are those of English, German, French, Spanish, Italian,
// Portuguese and Dutch papers.
const (
	correctionLabel = `(?:corrections?(?: and clarifications?| notice)?|clarifications?(?: and corrections?)?|(?:an? )?(?:editor's|editors'|editorial|publisher's) notes?|note (?:from the editors?|to readers)|erratum|errata|retraction` +
		`|korrektur(?:hinweis)?|berichtigung|richtigstellung|klarstellung|(?:anmerkung|anm\.|hinweis) (?:der|d\.) red(?:aktion|\.)|transparenzhinweis` +
		`|correctif|rectificatif|rectification|mise au point|note de la rédaction|n\.?d\.?l\.?r\.?` +
		`|corrección|fe de (?:errores|erratas)|rectificación|aclaración|nota del editor|nota de la redacción|nota de redacción` +
		`|correzione|errata corrige|rettifica|precisazione|nota (?:della|di) redazione|nota del direttore` +
		`|correção|errata|retificação|esclarecimento|nota (?:do editor|da redação|da direção)` +
		`|correctie|rectificatie|aanvullingen? en verbetering(?:en)?|noot van de redactie|naschrift van de redactie)`
	piece = `(?:article|story|post|report|piece|column|page|headline|interview|review|op-ed|obituary|essay|newsletter|caption|photo caption)`
)

var (
	correctionLabelled = regexp.MustCompile(`^\W{0,3}` + correctionLabel + `(?: ?[(,][^)(:]{1,40}\)?)?(?: ?[:—–]| - |\. )\W*\w`)
	correctionHeading  = regexp.MustCompile(`^\W{0,3}` + correctionLabel + `\W{0,3}$`)
	correctionSentence = regexp.MustCompile(`^\W{0,3}(?:` +
		`(?:an?|in an?) (?:earlier|previous|original|prior) version of (?:this|the|our) (?:\w+ )?` + piece + `\b` +
		`|(?:this|the) (?:\w+ )?` + piece + ` (?:was|has been) (?:(?:amended|corrected)\b|(?:\w+ )?(?:updated|edited|revised|modified|changed)\b.{0,60}\b(?:to (?:correct|clarify|reflect|remove|add|include|fix|make|note|show)|because|after|following)\b)` +
		`|in einer (?:früheren|ersten|vorherigen|älteren) (?:version|fassung) (?:dieses|des) ` +
		`|(?:dieser|der) (?:artikel|text|beitrag) wurde .{0,80}\b(?:korrigiert|berichtigt|geändert|ergänzt)\b` +
		`|(?:dans )?une (?:première|précédente|ancienne) version de (?:cet|ce|l') ?(?:article|texte)|une version (?:précédente|antérieure) de cet|cet article a été (?:corrigé|modifié|rectifié)` +
		`|(?:en )?una versión (?:anterior|previa) de (?:este|esta) |(?:este artículo|esta noticia|esta información) (?:ha sido|fue) (?:corregid|modificad|actualizad)` +
		`|(?:in )?una versione precedente di quest|questo articolo è stato (?:corretto|modificato|aggiornato)` + //nolint:misspell // Italian
		`|(?:em )?uma versão anterior dest|est[ea] (?:artigo|texto|notícia|reportagem) foi (?:corrigid|alterad|atualizad)` +
		`|in een (?:eerdere|vorige) versie van dit|dit (?:artikel|bericht) is (?:gecorrigeerd|aangepast)` +
		`)`)
)

// correctionSample is how much of a text, in bytes, says whether it is a correction.
const correctionSample = 240

func correctionText(text string) string {
	return plainLower(text[:min(len(text), correctionSample)])
}

// isCorrection says whether a text is a correction or an editor's note.
func isCorrection(text string) bool {
	text = correctionText(text)
	return correctionLabelled.MatchString(text) || correctionSentence.MatchString(text)
}

// isCorrectionHeading says whether a text is nothing but the heading of one.
func isCorrectionHeading(text string) bool {
	return len(text) <= 60 && correctionHeading.MatchString(correctionText(text))
}

// keepCorrections keeps corrections wherever on the page they stand, but for menus, forms and links to other stories.
func (s *selection) keepCorrections() {
	keep := func(i int) {
		s.leaves[i].kind = Correction
		s.keep[i], s.inside[i], s.reason[i] = true, true, ""
	}
	for i, l := range s.leaves {
		if l.place&(inNav|inForm) != 0 || l.linked*2 > l.total {
			continue
		}
		switch {
		case isCorrection(l.text) && wordCount(l.text) >= 4:
			keep(i)
		case isCorrectionHeading(l.text) && i+1 < len(s.leaves) && wordCount(s.leaves[i+1].text) >= 4 && ended(s.leaves[i+1].text):
			keep(i)
			keep(i + 1)
		}
	}
}
