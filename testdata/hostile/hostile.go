// Package hostile gives tests the inputs that an article reader must survive: broken encodings, bombs, mark-up of
// engines, pages without an article. It is for tests only.
package hostile

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Input is one hostile input and what is asked of the tool that reads it.
type Input struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`   // what the caller declares it to be: text, html, markdown, feed
	What   string `json:"what"`   // what it is
	Should string `json:"should"` // what a good tool does

	File     string          `json:"file"` // below this folder; empty if generated
	Generate json.RawMessage `json:"generate"`
	Bytes    int             `json:"bytes"`
	SHA256   string          `json:"sha256"`

	Allow    []Outcome `json:"allow"`
	Contains []string  `json:"contains"` // of title and body together, when spoken
	Excludes []string  `json:"excludes"`
	Once     []string  `json:"once"`
	Title    struct {
		Excludes []string `json:"excludes"`
	} `json:"title"`
	LimitS float64 `json:"limit_s"` // seconds for all before the voice engine, on one core; 0 is no limit of its own

	Data []byte `json:"-"`
}

// Outcome is what a tool may do with an input.
type Outcome string

// The outcomes.
const (
	Speak   Outcome = "speak"   // audio is made
	Nothing Outcome = "nothing" // a message that there is nothing to say, no audio
	Refuse  Outcome = "refuse"  // a message why, no audio
)

// Limit is the time allowed for everything before the voice engine, 0 if the set gives none.
func (in Input) Limit() time.Duration { return time.Duration(in.LimitS * float64(time.Second)) }

//go:embed index.jsonl files
var stored embed.FS

// Load reads and makes all inputs and checks each against its hash.
func Load() ([]Input, error) {
	index, err := stored.ReadFile("index.jsonl")
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	var inputs []Input
	for line := range strings.SplitSeq(strings.TrimSpace(string(index)), "\n") {
		var in Input
		if err := json.Unmarshal([]byte(line), &in); err != nil {
			return nil, fmt.Errorf("read the index: %w", err)
		}
		if in.File != "" {
			in.Data, err = stored.ReadFile(in.File)
		} else {
			in.Data, err = generate(in.Generate)
		}
		if err != nil {
			return nil, fmt.Errorf("make %s: %w", in.ID, err)
		}
		if sum := sha256.Sum256(in.Data); hex.EncodeToString(sum[:]) != in.SHA256 || len(in.Data) != in.Bytes {
			return nil, fmt.Errorf("make %s: it is not what the index says: %d bytes, SHA-256 %x", in.ID, len(in.Data), sum)
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// part is a recipe for bytes: parts joined, a text, or a text repeated, with {n} as the number of the repetition.
type part struct {
	Parts    []part `json:"parts"`
	Text     string `json:"text"`
	Repeat   string `json:"repeat"`
	Count    int    `json:"count"`
	Numbered bool   `json:"numbered"`
}

func generate(recipe []byte) ([]byte, error) {
	var p part
	if err := json.Unmarshal(recipe, &p); err != nil {
		return nil, fmt.Errorf("read the recipe: %w", err)
	}
	var b strings.Builder
	p.write(&b)
	return []byte(b.String()), nil
}

func (p part) write(b *strings.Builder) {
	b.WriteString(p.Text)
	for n := range p.Count {
		text := p.Repeat
		if p.Numbered {
			text = strings.ReplaceAll(text, "{n}", strconv.Itoa(n+1))
		}
		b.WriteString(text)
	}
	for _, sub := range p.Parts {
		sub.write(b)
	}
}
