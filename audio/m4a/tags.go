package m4a

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/voicepress/voicepress/audio/bmff"
)

// Kinds of value in a tag ("QuickTime File Format", well-known types).
const (
	kindText = 1 // UTF-8
	kindJPEG = 13
	kindPNG  = 14
)

// value is the data box of a tag.
func value(kind uint32, data []byte) []byte {
	return bmff.Append(nil, node("data", kind, uint32(0), data))
}

// Text is a tag that is a text: Text("\xA9nam", title).
func Text(name, text string) *bmff.Node { return node(name, value(kindText, []byte(text))) }

// Freeform is a tag with a name of our own, in the namespace of whoever defines it.
func Freeform(namespace, name, text string) *bmff.Node {
	return node("----", bmff.Append(nil, node("mean", uint32(0), namespace), node("name", uint32(0), name)), value(kindText, []byte(text)))
}

// Cover is a picture, of the media type image/jpeg or image/png.
func Cover(mediaType string, picture []byte) *bmff.Node {
	kind := uint32(kindJPEG)
	if mediaType == "image/png" {
		kind = kindPNG
	}
	return node("covr", value(kind, picture))
}

// tagName is what a tag is called: its four letters, or "----:namespace:name".
func tagName(tag *bmff.Node) string {
	if tag.Type != "----" {
		return tag.Type
	}
	inner, err := bmff.Parse(tag.Data)
	if err != nil {
		return tag.Type
	}
	name := tag.Type
	for _, kind := range []string{"mean", "name"} {
		for _, n := range inner {
			if n.Type == kind && len(n.Data) >= 4 {
				name += ":" + string(n.Data[4:])
				break
			}
		}
	}
	return name
}

// text is the first value of a tag that is a text.
func text(tag *bmff.Node) (string, bool) {
	inner, err := bmff.Parse(tag.Data)
	if err != nil {
		return "", false
	}
	for _, n := range inner {
		if n.Type == "data" && len(n.Data) >= 8 && binary.BigEndian.Uint32(n.Data) == kindText {
			return strings.ToValidUTF8(string(n.Data[8:]), "\uFFFD"), true
		}
	}
	return "", false
}

// Tag is the text of the tag of that name: "\xA9nam", or "----:com.example:NAME".
func (f *File) Tag(name string) (string, bool) {
	list := f.tagList()
	if list == nil {
		return "", false
	}
	for _, tag := range list.Children {
		if tagName(tag) == name {
			if s, ok := text(tag); ok {
				return s, true
			}
		}
	}
	return "", false
}

// SetTags puts tags into the file, each in the place of those of its name that are there.
func (f *File) SetTags(tags ...*bmff.Node) {
	list := f.tagList()
	if list == nil {
		fresh := metadata()
		f.userData().Children = append(f.userData().Children, fresh)
		list = fresh.Find("ilst")
	}
	for _, tag := range tags {
		name, kept, set := tagName(tag), []*bmff.Node{}, false
		for _, old := range list.Children {
			switch {
			case tagName(old) != name:
				kept = append(kept, old)
			case !set:
				kept, set = append(kept, tag), true
			}
		}
		if !set {
			kept = append(kept, tag)
		}
		list.Children = kept
	}
}

// HasTag says whether there is a tag of that name, of whatever kind.
func (f *File) HasTag(name string) bool {
	list := f.tagList()
	if list == nil {
		return false
	}
	for _, tag := range list.Children {
		if tagName(tag) == name {
			return true
		}
	}
	return false
}

// tagList is the list of tags (ilst), nil where there is none. It is in the meta box with the handler for it.
func (f *File) tagList() *bmff.Node {
	user := f.movie.Find("udta")
	if user == nil {
		return nil
	}
	for _, n := range user.Children {
		if n.Type != "meta" {
			continue
		}
		if h := n.Find("hdlr"); h == nil || len(h.Data) < 12 || !bytes.Equal(h.Data[8:12], []byte("mdir")) {
			continue
		}
		list := n.Find("ilst")
		if list == nil {
			list = parent("ilst")
			n.Children = append(n.Children, list)
		}
		return list
	}
	return nil
}

// userData is the udta box of the movie, made where there is none.
func (f *File) userData() *bmff.Node {
	user := f.movie.Find("udta")
	if user == nil {
		user = parent("udta")
		f.movie.Children = append(f.movie.Children, user)
	}
	return user
}
