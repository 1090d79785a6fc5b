package article

import "strings"

// cellBorder stands between the cells of a row while it is collected; no clean text holds it.
const cellBorder = "\x1f"

// joinCells gives the text of a row, and the bytes where its cells begin but for the first. Empty cells are left out.
func joinCells(cells []string) (text string, begin []int) {
	var row strings.Builder
	for _, cell := range cells {
		if cell = clean(cell); cell == "" {
			continue
		}
		if row.Len() > 0 {
			row.WriteByte(' ')
			begin = append(begin, row.Len())
		}
		row.WriteString(cell)
	}
	return row.String(), begin
}
