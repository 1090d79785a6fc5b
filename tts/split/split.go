// Package split says text that is too long for one request in several, and joins the sound: cut where a reader would
// breathe, each piece with its pronunciations, marks and bill moved to where they are in the whole.
//
// It is not how an article is cut into sentences: the script does that while it knows what the words mean, and keeps to
// Info.Piece. Here ends up what a service counts differently, what another backend takes less of, and what callers
// without a script ask for.
package split

import (
	"context"
	"errors"
	"fmt"

	"github.com/voicepress/voicepress/tts"
)

// Wrap returns a backend that takes text of any length. Its Info has no Limit; Info.Piece says what b says in one go.
func Wrap(b tts.Backend) tts.Backend { return &backend{b} }

type backend struct{ tts.Backend }

// Info is that of the backend inside, whose limit becomes the length of a piece.
func (b *backend) Info() tts.Info {
	info := b.Backend.Info()
	info.Piece, info.Limit = info.PieceLimit(), tts.Limit{}
	return info
}

// Speak says the request, in pieces if it is too long. An error is that of the first piece that fails.
func (b *backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	limit := b.Backend.Info().Limit
	if !limit.Fits(r.Text) {
		return b.speakPieces(ctx, r, limit)
	}
	speech, err := b.Backend.Speak(ctx, r)
	var long *tts.TooLong
	if !errors.As(err, &long) {
		return speech, err
	}
	// The service counts more than the text, such as its own markup around it, or takes less than it says.
	if long.Limit.N > 0 && !long.Limit.Fits(r.Text) {
		return b.speakPieces(ctx, r, long.Limit)
	}
	first, second, ok := Halves(r)
	if !ok {
		return nil, err
	}
	return b.speakAll(ctx, []Piece{first, second})
}

func (b *backend) speakPieces(ctx context.Context, r tts.Request, limit tts.Limit) (*tts.Speech, error) {
	pieces, warnings, err := Pieces(r, limit)
	if err != nil {
		return nil, err
	}
	speech, err := b.speakAll(ctx, pieces)
	if err == nil {
		speech.Warnings = append(speech.Warnings, warnings...)
	}
	return speech, err
}

// speakAll says the pieces one after another, so that a long text takes no more of the backend at once than a short one.
func (b *backend) speakAll(ctx context.Context, pieces []Piece) (*tts.Speech, error) {
	speeches := make([]*tts.Speech, len(pieces))
	for i, p := range pieces {
		var err error
		if speeches[i], err = b.Speak(ctx, p.Request); err != nil {
			return nil, fmt.Errorf("say part %d of %d: %w", i+1, len(pieces), err)
		}
	}
	return Join(pieces, speeches)
}
