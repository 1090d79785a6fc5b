package disclosure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// audioObject is an AudioObject of schema.org.
//
// Source: https://schema.org/AudioObject, https://schema.org/digitalSourceType and
// https://schema.org/IPTCDigitalSourceEnumeration; the last two were in schema.org's "new" area in 2026.
type audioObject struct {
	Context           string        `json:"@context,omitempty"`
	Type              string        `json:"@type"`
	Name              string        `json:"name,omitempty"`
	Description       string        `json:"description,omitempty"`
	ContentURL        string        `json:"contentUrl"`
	EncodingFormat    string        `json:"encodingFormat"`
	ContentSize       string        `json:"contentSize"` // bytes
	SHA256            string        `json:"sha256"`
	Duration          string        `json:"duration"` // ISO 8601
	InLanguage        string        `json:"inLanguage,omitempty"`
	DigitalSourceType string        `json:"digitalSourceType,omitempty"`
	CreditText        string        `json:"creditText,omitempty"`
	IsBasedOn         string        `json:"isBasedOn,omitempty"`
	IsPartOf          *newsArticle  `json:"isPartOf,omitempty"`
	Caption           *mediaObject  `json:"caption,omitempty"`
	Encoding          []audioObject `json:"encoding,omitempty"` // the same in other formats
}

type newsArticle struct {
	Type     string `json:"@type"`
	URL      string `json:"url,omitempty"`
	Headline string `json:"headline,omitempty"`
}

type mediaObject struct {
	Type           string `json:"@type"`
	ContentURL     string `json:"contentUrl"`
	EncodingFormat string `json:"encodingFormat"`
	InLanguage     string `json:"inLanguage,omitempty"`
}

// JSONLD is the audio as an AudioObject of schema.org, which can stand in a page by itself or as the audio of its
// NewsArticle. It holds nothing that could end a script element.
func (d *Disclosure) JSONLD(p Page) ([]byte, error) {
	if len(p.Outputs) == 0 {
		return nil, errors.New("write JSON-LD: there is no audio file")
	}
	c := d.cleaned()
	media := func(o Output) audioObject {
		return audioObject{
			Type: "AudioObject", ContentURL: p.address(o.File), EncodingFormat: o.MIME, ContentSize: strconv.FormatInt(o.Bytes, 10),
			SHA256: o.SHA256, Duration: isoDuration(time.Duration(o.Duration) * time.Millisecond),
		}
	}
	outputs := p.smallestFirst()
	object := media(outputs[0])
	object.Context = "https://schema.org"
	object.Name, object.Description = c.Article.Title, c.Wording.Written
	object.DigitalSourceType = schemaOrg(c.SourceType)
	object.CreditText = c.artist()
	object.IsBasedOn = c.Article.URL
	if c.Article.Language != "und" {
		object.InLanguage = c.Article.Language
	}
	if c.Article.URL != "" || c.Article.Title != "" {
		object.IsPartOf = &newsArticle{"NewsArticle", c.Article.URL, c.Article.Title}
	}
	if p.Captions != "" {
		object.Caption = &mediaObject{"MediaObject", p.address(p.Captions), "text/vtt", object.InLanguage}
	}
	for _, o := range outputs[1:] {
		object.Encoding = append(object.Encoding, media(o))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b) // which writes < as \u003c
	e.SetIndent("", "  ")
	if err := e.Encode(object); err != nil {
		return nil, fmt.Errorf("write JSON-LD: %w", err)
	}
	return b.Bytes(), nil
}

// schemaOrg is the source type as a member of schema.org's IPTCDigitalSourceEnumeration.
func schemaOrg(s SourceType) string {
	return "https://schema.org/" + strings.ToUpper(string(s[:1])) + string(s[1:]) + "DigitalSource"
}

// isoDuration is a duration in whole seconds as ISO 8601 writes it: PT1H2M3S.
func isoDuration(d time.Duration) string {
	return "PT" + strings.ToUpper(d.Round(time.Second).String())
}
