// Package id3 writes ID3v2.4 tags and reads ID3v2.2, 2.3 and 2.4 tags: what an MP3 file says about itself.
//
// It knows frames, not meanings: which frames a file gets is decided elsewhere (audio/disclosure). It is not for
// editing a file in place, and it does not read ID3v1 or encrypted frames.
//
// Sources: M. Nilsson, "ID3 tag version 2.4.0 - Main Structure" and "- Native Frames" (2000); "ID3 tag version 2.3.0"
// (1999); "ID3 tag version 2" (1998; version 2.2); C. Newell, "ID3v2 Chapter Frame Addendum" (2005).
package id3

import "strings"

// MaxSize is the most bytes a tag may have, header and padding included. The format could hold 256 MiB; the bound
// keeps a hostile file from filling the memory.
const MaxSize = 16 << 20

const (
	headerSize  = 10  // of a tag and of a frame, bytes
	paddingSize = 256 // zeros after the last frame, bytes; some readers complain about a tag without
	maxFrames   = 10_000
)

// Frame is one frame: what it is called, and the bytes after its header.
type Frame struct {
	ID   string // four of A-Z and 0-9: "TIT2"
	Body []byte
}

// Tag is a list of frames. Its zero value is an empty tag, ready to add to.
type Tag struct {
	Frames []Frame
	// Version is 2, 3 or 4 in a tag that was read. Bytes always writes version 4 and ignores it.
	Version byte
	// Size is the number of bytes that a tag took up where it was read: header, frames, padding, footer. The audio
	// starts after them.
	Size int
}

// Chapter is a stretch of the audio with a title. Times are milliseconds from the beginning.
type Chapter struct {
	ID       string // names the chapter inside the tag; unique, not shown to listeners
	Title    string
	From, To uint32
}

// Object is a file inside the tag (GEOB).
type Object struct {
	MIME, Name, Description string
	Data                    []byte
}

// Text is what the text frame of that identifier says ("TIT2"), several values joined by "; ". It is empty where the
// frame is missing or holds no text.
func (t *Tag) Text(id string) string {
	for _, f := range t.Frames {
		if f.ID == id && strings.HasPrefix(id, "T") && len(f.Body) > 0 {
			return strings.Join(values(f.Body[0], f.Body[1:]), "; ")
		}
	}
	return ""
}

// UserText is the value of the TXXX frame with that description, in upper or lower case.
func (t *Tag) UserText(description string) (string, bool) {
	for _, f := range t.Frames {
		if f.ID != "TXXX" || len(f.Body) == 0 {
			continue
		}
		if d, rest := cut(f.Body[0], f.Body[1:]); strings.EqualFold(d, description) {
			return strings.Join(values(f.Body[0], rest), "; "), true
		}
	}
	return "", false
}

// Comment is the text of the COMM frame with that description, in whichever language comes first.
func (t *Tag) Comment(description string) (string, bool) { return t.prose("COMM", description) }

// Lyrics is the text of the USLT frame with that description: what is said in the audio.
func (t *Tag) Lyrics(description string) (string, bool) { return t.prose("USLT", description) }

// prose reads the shape that COMM and USLT share: encoding, language (3 bytes), description, text.
func (t *Tag) prose(id, description string) (string, bool) {
	for _, f := range t.Frames {
		if f.ID != id || len(f.Body) < 4 {
			continue
		}
		if d, rest := cut(f.Body[0], f.Body[4:]); d == description {
			text, _ := cut(f.Body[0], rest)
			return text, true
		}
	}
	return "", false
}

// URL is the address in the frame of that identifier ("WOAF").
func (t *Tag) URL(id string) string {
	for _, f := range t.Frames {
		if f.ID == id && strings.HasPrefix(id, "W") {
			address, _ := cut(latin1, f.Body)
			return address
		}
	}
	return ""
}

// UserURL is the address in the WXXX frame with that description.
func (t *Tag) UserURL(description string) (string, bool) {
	for _, f := range t.Frames {
		if f.ID != "WXXX" || len(f.Body) == 0 {
			continue
		}
		if d, rest := cut(f.Body[0], f.Body[1:]); d == description {
			address, _ := cut(latin1, rest)
			return address, true
		}
	}
	return "", false
}

// Private is the data in the PRIV frame of that owner. It shares the tag's memory.
func (t *Tag) Private(owner string) ([]byte, bool) {
	for _, f := range t.Frames {
		if f.ID != "PRIV" {
			continue
		}
		if o, data := cut(latin1, f.Body); o == owner {
			return data, true
		}
	}
	return nil, false
}

// Object is the embedded file (GEOB) of that media type. Its data share the tag's memory.
func (t *Tag) Object(mime string) (Object, bool) {
	for _, f := range t.Frames {
		if f.ID != "GEOB" || len(f.Body) == 0 {
			continue
		}
		var o Object
		var rest []byte
		o.MIME, rest = cut(latin1, f.Body[1:])
		o.Name, rest = cut(f.Body[0], rest)
		o.Description, o.Data = cut(f.Body[0], rest)
		if o.MIME == mime {
			return o, true
		}
	}
	return Object{}, false
}
