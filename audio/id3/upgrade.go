package id3

import (
	"fmt"
	"slices"
	"strings"
)

// successors say what the frames of version 2.2 are called since version 2.3; those that are missing have none.
// Source: "ID3 tag version 2" (1998), chapter 4, beside "ID3 tag version 2.3.0", chapter 4.
const successors = " BUF=RBUF CNT=PCNT COM=COMM GEO=GEOB IPL=IPLS MCI=MCDI PIC=APIC POP=POPM SLT=SYLT STC=SYTC TAL=TALB" +
	" TBP=TBPM TCM=TCOM TCO=TCON TCR=TCOP TDA=TDAT TDY=TDLY TEN=TENC TFT=TFLT TIM=TIME TKE=TKEY TLA=TLAN" +
	" TLE=TLEN TMT=TMED TOA=TOPE TOF=TOFN TOL=TOLY TOR=TORY TOT=TOAL TP1=TPE1 TP2=TPE2 TP3=TPE3 TP4=TPE4" +
	" TPA=TPOS TPB=TPUB TRC=TSRC TRK=TRCK TSS=TSSE TT1=TIT1 TT2=TIT2 TT3=TIT3 TXT=TEXT TXX=TXXX TYE=TYER" +
	" UFI=UFID ULT=USLT WAF=WOAF WAR=WOAR WAS=WOAS WCM=WCOM WCP=WCOP WPB=WPUB WXX=WXXX"

func successor(old string) string {
	_, after, found := strings.Cut(successors, " "+old+"=")
	if !found {
		return ""
	}
	return after[:4]
}

// oldFrames reads the frames of version 2.2 under the names of their successors.
func oldFrames(body []byte) ([]Frame, error) {
	const header = 6 // name and size, three bytes each
	var all []Frame
	for at := 0; len(body)-at >= header && body[at] != 0; {
		h := body[at : at+header]
		if !validID(string(h[:3])) {
			return nil, &SyntaxError{headerSize + at, "the name of a frame is malformed"}
		}
		size := int(h[3])<<16 | int(h[4])<<8 | int(h[5])
		if size > len(body)-at-header {
			return nil, &SyntaxError{headerSize + at, fmt.Sprintf("the size of frame %s is malformed", h[:3])}
		}
		if len(all) == maxFrames {
			return nil, &SyntaxError{headerSize + at, fmt.Sprintf("more than %d frames", maxFrames)}
		}
		at += header
		f := Frame{ID: successor(string(h[:3])), Body: body[at : at+size]}
		if f.ID == "APIC" {
			f.Body = pictureWithMIME(f.Body)
		}
		if f.ID != "" && f.Body != nil {
			all = append(all, f)
		}
		at += size
	}
	return all, nil
}

// pictureWithMIME is the body of a PIC frame, which names its format in three letters, as that of an APIC frame.
func pictureWithMIME(body []byte) []byte {
	if len(body) < 4 {
		return nil
	}
	mime := "image/" + strings.ToLower(string(body[1:4]))
	if mime == "image/jpg" {
		mime = "image/jpeg"
	}
	return slices.Concat(body[:1], terminated(mime), body[4:])
}

// Upgraded are the frames of the tag in the form of version 2.4, whichever version it has. Dates become TDRC and TDOR;
// what has no form in 2.4, or speaks of the bytes of the old file, is left out: TSIZ, TRDA, RVAD, EQUA, ASPI, SEEK.
// Source: "ID3 tag version 2.4.0 - Changes" (2000), 4.
func (t *Tag) Upgraded() []Frame {
	var all []Frame
	var dated bool
	for _, f := range t.Frames {
		dated = dated || f.ID == "TDRC"
	}
	for _, f := range t.Frames {
		switch f.ID {
		case "TDAT", "TIME", "TRDA", "TSIZ", "RVAD", "EQUA", "ASPI", "SEEK":
		case "TYER":
			if date := t.recorded(); date != "" && !dated {
				dated = true
				all = append(all, text("TDRC", date))
			}
		case "TORY":
			if year := t.Text("TORY"); fourDigits(year) {
				all = append(all, text("TDOR", year))
			}
		case "IPLS":
			all = append(all, Frame{"TIPL", f.Body})
		case "CHAP", "CTOC":
			all = append(all, f.withNewFrames(t.Version))
		default:
			all = append(all, f)
		}
	}
	return all
}

// recorded is TYER, TDAT (day and month) and TIME (hour and minute) as one time in the form of TDRC, as precise as they
// are.
func (t *Tag) recorded() string {
	year, day, clock := t.Text("TYER"), t.Text("TDAT"), t.Text("TIME")
	switch {
	case !fourDigits(year):
		return ""
	case !fourDigits(day):
		return year
	case !fourDigits(clock):
		return year + "-" + day[2:] + "-" + day[:2]
	default:
		return year + "-" + day[2:] + "-" + day[:2] + "T" + clock[:2] + ":" + clock[2:]
	}
}

func fourDigits(s string) bool {
	return len(s) == 4 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func text(id, s string) Frame {
	var t Tag
	t.AddText(id, s)
	return t.Frames[0]
}

// withNewFrames is a CHAP or CTOC frame whose embedded frames have the headers of version 2.4.
func (f Frame) withNewFrames(version byte) Frame {
	_, rest := cut(latin1, f.Body)
	fixed := 16 // two times and two byte offsets
	if f.ID == "CTOC" {
		if len(rest) < 2 {
			return f
		}
		list := rest[2:]
		for range rest[1] {
			_, list = cut(latin1, list)
		}
		fixed = len(rest) - len(list)
	}
	if len(rest) < fixed {
		return f
	}
	inner, err := frames(rest, fixed, version, false)
	if err != nil {
		return f
	}
	body := slices.Clone(f.Body[:len(f.Body)-len(rest)+fixed])
	for _, g := range inner {
		body = appendFrame(body, g)
	}
	return Frame{f.ID, body}
}

// Keep adds those of the frames of another tag that say something which no frame of t says. The frames are of version
// 2.4 (see Upgraded).
func (t *Tag) Keep(frames []Frame) {
	said := map[string]bool{}
	for _, f := range t.Frames {
		said[f.subject()] = true
	}
	for _, f := range frames {
		if !said[f.subject()] {
			t.Frames = append(t.Frames, f)
		}
	}
}

// subject is what a frame speaks of: its name, and what tells it from others of that name.
func (f Frame) subject() string {
	body, encoding := f.Body, latin1
	skip := map[string]int{"TXXX": 1, "WXXX": 1, "COMM": 4, "USLT": 4, "GEOB": 1, "APIC": 1}[f.ID]
	if len(body) < skip {
		return f.ID
	}
	switch f.ID {
	case "TXXX", "WXXX", "COMM", "USLT": // by description, in whatever language
		encoding = body[0]
	case "GEOB": // by media type
	case "PRIV", "UFID": // by owner
	case "APIC": // by the kind of picture
		_, rest := cut(latin1, body[skip:])
		if len(rest) == 0 {
			return f.ID
		}
		return fmt.Sprintf("APIC %d", rest[0])
	case "CTOC", "CHAP": // all or none
		return "CHAP"
	default:
		return f.ID
	}
	name, _ := cut(encoding, body[skip:])
	return f.ID + " " + strings.ToLower(name)
}
