package cache

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// Stats is what a cache holds.
type Stats struct {
	Entries  int
	Bytes    int64
	Oldest   time.Time // when the entry was last used that was not used for the longest time; zero where there is none
	Newest   time.Time
	Duration time.Duration // of the sound
	Bill     tts.Bill      // what it cost when it was spoken
	Voices   []VoiceStats  // by backend and voice, the largest first
}

// VoiceStats is what a cache holds of one voice.
type VoiceStats struct {
	Backend, Voice string
	Entries        int
	Bytes          int64
	Duration       time.Duration
	Bill           tts.Bill
}

// Stats looks at every entry's header. It does not check them; see Verify.
func (c *Cache) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	voices := map[[2]string]*VoiceStats{}
	for _, f := range c.files() {
		if ctx.Err() != nil {
			return s, context.Cause(ctx)
		}
		s.Entries++
		s.Bytes += f.bytes
		s.Newest = f.used
		if s.Entries == 1 {
			s.Oldest = f.used
		}
		h, err := readHeader(f.path)
		if err != nil {
			h = &header{} // it counts as a file of nobody's
		}
		v := voices[[2]string{h.Backend, h.Voice}]
		if v == nil {
			v = &VoiceStats{Backend: h.Backend, Voice: h.Voice}
			voices[[2]string{h.Backend, h.Voice}] = v
		}
		duration, bill := audio.Duration(h.Samples, h.Speech.Clip.Rate), h.Speech.Saved.Add(h.Speech.Bill)
		v.Entries++
		v.Bytes += f.bytes
		v.Duration += duration
		v.Bill = v.Bill.Add(bill)
		s.Duration += duration
		s.Bill = s.Bill.Add(bill)
	}
	for _, v := range voices {
		s.Voices = append(s.Voices, *v)
	}
	slices.SortFunc(s.Voices, func(a, b VoiceStats) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Backend, b.Backend), cmp.Compare(a.Voice, b.Voice))
	})
	return s, nil
}

// readHeader reads the header of an entry alone.
func readHeader(path string) (*header, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var start [headerAt]byte
	if _, err := io.ReadFull(file, start[:]); err != nil || !bytes.HasPrefix(start[:], []byte(magic)) {
		return nil, damaged("no entry begins like this")
	}
	n := int64(binary.BigEndian.Uint32(start[lengthAt:]))
	h := &header{}
	if err := json.NewDecoder(io.LimitReader(file, min(n, maxEntry))).Decode(h); err != nil {
		return nil, damaged("its header: %w", err)
	}
	return h, nil
}

// Removed is what was removed from a cache, and what is left.
type Removed struct {
	Entries, Left    int
	Bytes, LeftBytes int64
}

// Prune removes what was not used since a time, and then what was not used for the longest time, until at most maxBytes are
// left. It also removes what processes that were killed have left behind.
func (c *Cache) Prune(ctx context.Context, since time.Time, maxBytes int64) (Removed, error) {
	c.removeAbandoned()
	files := c.files()
	r := Removed{Left: len(files), LeftBytes: total(files)}
	for _, f := range files {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if !f.used.Before(since) && r.LeftBytes <= maxBytes {
			break
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r, fmt.Errorf("remove kept speech: %w", err)
		}
		r.Entries, r.Bytes, r.Left, r.LeftBytes = r.Entries+1, r.Bytes+f.bytes, r.Left-1, r.LeftBytes-f.bytes
	}
	return r, nil
}

// Broken is a file that was not what it should be.
type Broken struct {
	Path string
	Err  error
}

// Verify reads and decodes every entry, and removes those that are damaged. It counts as no use of them.
func (c *Cache) Verify(ctx context.Context) (checked int, broken []Broken, err error) {
	for _, f := range c.files() {
		if ctx.Err() != nil {
			return checked, broken, context.Cause(ctx)
		}
		err := check(f)
		switch {
		case errors.Is(err, fs.ErrNotExist): // another process removed it
			continue
		case errors.Is(err, errDamaged):
			broken = append(broken, Broken{f.path, err})
			if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return checked, broken, fmt.Errorf("remove damaged speech: %w", err)
			}
		case err != nil:
			return checked, broken, err
		}
		checked++
	}
	return checked, broken, nil
}

// check reads and decodes one entry.
func check(f file) error {
	k, err := parseKey(f.key)
	if err != nil {
		return err
	}
	data, err := readEntry(f.path)
	if err != nil {
		return err
	}
	h, sound, err := parse(data, k)
	if err != nil {
		return err
	}
	_, err = h.speech(sound, -1)
	return err
}
