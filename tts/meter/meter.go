// Package meter counts what requests cost, and stops before the one that would pass a budget.
//
// The count is an estimate from the price that a backend declares: what a service really charges stands on its bill. It is
// not for keeping requests within a rate; that is package limit.
package meter

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// Meter counts for all backends that it is wrapped around. Make one with New. It is safe for concurrent use.
type Meter struct {
	budget float64 // US dollars; 0 is none

	mu       sync.Mutex
	total    Total
	reserved float64 // US dollars that the requests under way may cost
}

// Total is what was asked for so far.
type Total struct {
	tts.Bill
	Audio time.Duration // that came back
}

// New makes a meter with a budget in US dollars; 0 is no budget.
func New(budget float64) *Meter { return &Meter{budget: budget} }

// Total is what was asked for so far.
func (m *Meter) Total() Total {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.total
}

// Price is what a request for text costs, in US dollars. Services count some characters otherwise.
func Price(info tts.Info, text string) float64 { return dollars(info, info.Charge.Characters(text)) }

func dollars(info tts.Info, characters int) float64 {
	return float64(characters) * info.PricePerMillion / 1e6
}

// Wrap returns a backend that speaks as b does and fills in what it costs. A request that would pass the budget fails with
// *tts.QuotaExceeded and is not made.
func (m *Meter) Wrap(b tts.Backend) tts.Backend { return &backend{b, m} }

type backend struct {
	tts.Backend
	meter *Meter
}

// Speak makes one request and counts it.
func (b *backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	info := b.Info()
	expected := Price(info, r.Text)
	if err := b.meter.reserve(expected); err != nil {
		return nil, err
	}
	speech, err := b.Backend.Speak(ctx, r)
	if err != nil {
		bill := tts.Bill{Requests: 1}
		if errors.As(err, new(*tts.NoSound)) { // it was spoken, though nothing is heard
			bill.Characters, bill.USD = info.Charge.Characters(r.Text), expected
		}
		b.meter.settle(expected, Total{Bill: bill})
		return nil, err
	}
	billed := *speech
	billed.Bill.Requests = max(billed.Bill.Requests, 1)
	if billed.Bill.Characters == 0 && info.PricePerMillion > 0 {
		billed.Bill.Characters = info.Charge.Characters(r.Text)
	}
	billed.Bill.USD = dollars(info, billed.Bill.Characters)
	b.meter.settle(expected, Total{billed.Bill, billed.Clip.Duration()})
	return &billed, nil
}

// rounding is what sums of money may be off, in US dollars: far less than the price of a character.
const rounding = 1e-9

// reserve sets money aside for a request, so that requests made at once cannot pass the budget together.
func (m *Meter) reserve(usd float64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.budget > 0 && m.total.USD+m.reserved+usd > m.budget+rounding {
		return &tts.QuotaExceeded{
			Err:    fmt.Errorf("of the budget of $%s, $%.4f are spent or under way, and the next sentence costs about $%.4f", amount(m.budget), m.total.USD+m.reserved, usd),
			Remedy: "raise --budget; the same command goes on from what is kept",
		}
	}
	m.reserved += usd
	return nil
}

// amount is a sum of money with its cents, or as exact as it was given.
func amount(usd float64) string {
	if exact := strconv.FormatFloat(usd, 'f', -1, 64); len(exact) > len(fmt.Sprintf("%.2f", usd)) {
		return exact
	}
	return fmt.Sprintf("%.2f", usd)
}

// settle puts what a request did cost in the place of what was set aside.
func (m *Meter) settle(reserved float64, t Total) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reserved -= reserved
	m.total.Bill = m.total.Add(t.Bill)
	m.total.Audio += t.Audio
}
