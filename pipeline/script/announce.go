package script

import (
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// announcement is what is said, in the article's language, where a table or a listing is left out. In a language without
// the words nothing is said; Skipped has the text in any case.
func announcement(language string, a article.Announcement) string {
	var one, table, code string // a table with one row, one with # rows, a listing
	switch PrimaryLanguage(language) {
	case "en":
		one, table, code = "Table with 1 row, not read.", "Table with # rows, not read.", "Computer code, not read."
	case "de":
		one, table, code = "Tabelle mit einer Zeile, nicht vorgelesen.", "Tabelle mit # Zeilen, nicht vorgelesen.", "Programmcode, nicht vorgelesen."
	case "fr":
		one, table, code = "Tableau d'une ligne, non lu.", "Tableau de # lignes, non lu.", "Code informatique, non lu."
	case "es":
		one, table, code = "Tabla de una fila, no leída.", "Tabla de # filas, no leída.", "Código informático, no leído."
	case "it":
		one, table, code = "Tabella di una riga, non letta.", "Tabella di # righe, non letta.", "Codice informatico, non letto."
	case "pt":
		one, table, code = "Tabela com uma linha, não lida.", "Tabela com # linhas, não lida.", "Código informático, não lido."
	case "nl":
		one, table, code = "Tabel met één rij, niet voorgelezen.", "Tabel met # rijen, niet voorgelezen.", "Computercode, niet voorgelezen."
	}
	switch {
	case a.Kind == article.Code:
		return code
	case a.Rows == 1:
		return one
	}
	return strings.Replace(table, "#", strconv.Itoa(a.Rows), 1)
}

// listNumber is the class of the number of a list item, which stands beside the text on the page and not in it.
const listNumber = "list-number"

// sayNumber puts the number of a list item before its first words: "One. Pay the toll." It is the cardinal number, as a
// newsreader counts points: it fits any item, where "first" asks for a sentence that goes on, and a gender in many
// languages. The voice reads the digits where the language has no rules.
func (b *builder) sayNumber(p *part) {
	if b.number == 0 || p.start > 0 || !sayable(p.Spoken) {
		return
	}
	say := strings.TrimRight(b.Normalizer.Normalize(strconv.Itoa(b.number)).Spoken, ". ") + ". "
	for i := range p.Spans {
		p.Spans[i].From += len(say)
		p.Spans[i].To += len(say)
	}
	p.Spans = append([]normalize.Span{{Class: listNumber, To: len(say)}}, p.Spans...)
	p.Spoken = say + p.Spoken
}
