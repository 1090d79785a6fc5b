package article

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// decode turns the bytes of an input into valid UTF-8 without a byte order mark. In order of trust: a byte order mark;
// valid UTF-8, whatever is declared; the charset of the HTTP answer; that of the page; windows-1252. Bytes that are
// wrong in the encoding are dropped with a warning that gives the offset of the first.
//
// Source of the order: WHATWG HTML, 13.2.3.2 (determining the character encoding), but for valid UTF-8, which no other
// encoding produces by chance in a text of any length.
func decode(data []byte, contentType string, warn func(format string, args ...any)) (string, error) {
	if text, ok := decodeUTF16(data, warn); ok {
		return text, nil
	}
	if kind, binary := looksBinary(data); binary {
		return "", &NotText{Type: kind}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return string(data), nil
	}
	enc, name := declared(data, contentType)
	if enc == nil || name == "utf-8" {
		if !fitsWindows1252(data) {
			return dropInvalid(data, warn), nil
		}
		enc = charmap.Windows1252
		warn("the text is not valid UTF-8 and declares no other charset that fits: read as windows-1252")
	}
	decoded, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return "", fmt.Errorf("decode from %s: %w", name, err)
	}
	if n := bytes.Count(decoded, []byte("\ufffd")); n > 0 {
		at := utf8.RuneCount(decoded[:bytes.Index(decoded, []byte("\ufffd"))])
		warn("%d characters are wrong in charset %s and were dropped, the first after %d characters", n, name, at)
		decoded = bytes.ReplaceAll(decoded, []byte("\ufffd"), nil)
	}
	return string(decoded), nil
}

// decodeUTF16 decodes UTF-16 with a byte order mark, or without one where the zero bytes give it away: text of mostly
// ASCII holds a zero in every second byte.
func decodeUTF16(data []byte, warn func(format string, args ...any)) (string, bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}) && len(data)%2 == 0 && bytes.IndexByte(data, 0) >= 0:
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}) && len(data)%2 == 0 && bytes.IndexByte(data, 0) >= 0:
		order, data = binary.BigEndian, data[2:]
	default:
		var zeros [2]int
		sample := data[:min(len(data), 4096)]
		for i, c := range sample {
			if c == 0 {
				zeros[i%2]++
			}
		}
		half := len(sample) / 2
		switch {
		case half < 2:
			return "", false
		case zeros[1] > half*7/10 && zeros[0] < half/10:
			order = binary.LittleEndian
		case zeros[0] > half*7/10 && zeros[1] < half/10:
			order = binary.BigEndian
		default:
			return "", false
		}
		warn("the text is UTF-16 without a byte order mark")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	text := string(utf16.Decode(units))
	if strings.ContainsRune(text, utf8.RuneError) {
		warn("the text holds broken UTF-16, which was dropped")
		text = strings.ReplaceAll(text, "\ufffd", "")
	}
	return text, true
}

// looksBinary says whether bytes are no text, and what they look like. Text may hold a stray control character; no text
// holds one in twenty bytes beside sequences that are no UTF-8, and none holds one in three.
func looksBinary(data []byte) (string, bool) {
	if len(data) == 0 {
		return "", false
	}
	controls, zeros := 0, 0
	for _, c := range data {
		switch {
		case c == 0:
			zeros++
		case c < 0x20 && !bytes.ContainsRune([]byte("\t\n\v\f\r\x1b\b\a"), rune(c)), c == 0x7f:
			controls++
		}
	}
	valid := utf8.Valid(data)
	kind := http.DetectContentType(data)
	known := !strings.HasPrefix(kind, "text/") && kind != "application/octet-stream"
	switch {
	case known && (!valid || controls+zeros > 0 || kind == "application/pdf" || kind == "application/postscript"):
		return kind, true
	case !valid && (controls+zeros)*20 > len(data), controls*3 > len(data), zeros*2 > len(data):
		return "", true
	}
	return "", false
}

// metaCharset finds the charset a page or feed declares in its first bytes.
var metaCharset = regexp.MustCompile(`(?i)<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})`)

// declared is the encoding that the HTTP answer or the page names, nil if it names none that is known.
func declared(data []byte, contentType string) (encoding.Encoding, string) {
	var labels []string
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		labels = append(labels, params["charset"])
	}
	// WHATWG says 1024 bytes; pages put scripts and comments before.
	if m := metaCharset.FindSubmatch(data[:min(len(data), 8192)]); m != nil {
		labels = append(labels, string(m[1]))
	}
	for _, label := range labels {
		if enc, name := charset.Lookup(label); enc != nil && name != "replacement" && !strings.HasPrefix(name, "utf-16") {
			return enc, name
		}
	}
	return nil, ""
}

// fitsWindows1252 says whether bytes that are no UTF-8 look like windows-1252: no sequence of UTF-8 among them, and every
// byte above ASCII a letter beside a letter or one of the signs that running text holds.
func fitsWindows1252(data []byte) bool {
	isLetter := func(i int) bool {
		if i < 0 || i >= len(data) {
			return false
		}
		c := data[i]
		return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0xc0 && c != 0xd7 && c != 0xf7
	}
	for i := 0; i < len(data); i++ {
		c := data[i]
		if c < utf8.RuneSelf {
			continue
		}
		if _, size := utf8.DecodeRune(data[i:]); size > 1 || !utf8.FullRune(data[i:]) && len(data)-i < utf8.UTFMax {
			return false
		}
		switch {
		case c >= 0xc0:
			if !isLetter(i-1) && (!isLetter(i+1) || data[i+1] >= utf8.RuneSelf) {
				return false
			}
		case c == 0x81, c == 0x8d, c == 0x8f, c == 0x90, c == 0x9d: // not assigned
			return false
		}
	}
	return true
}

// dropInvalid drops the bytes that are no UTF-8.
func dropInvalid(data []byte, warn func(format string, args ...any)) string {
	var b strings.Builder
	b.Grow(len(data))
	first, count := -1, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			if first < 0 {
				first = i
			}
			count++
		} else {
			b.Write(data[i : i+size])
		}
		i += size
	}
	warn("%d bytes are not valid UTF-8 and were dropped, the first at byte %d", count, first)
	return b.String()
}
