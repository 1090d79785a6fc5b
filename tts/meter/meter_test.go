package meter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	ttstest.Run(t, func(t *testing.T) tts.Backend {
		b, err := fake.New(fake.Options{})
		require.NoError(t, err)
		return New(0).Wrap(b)
	})
}

// service is a backend that charges.
type service struct {
	price  float64
	bill   tts.Bill // of each request
	err    error
	during func()
}

func (s service) Info() tts.Info { return tts.Info{Name: "service", PricePerMillion: s.price} }
func (s service) Close() error   { return nil }

func (s service) Speak(context.Context, tts.Request) (*tts.Speech, error) {
	if s.during != nil {
		s.during()
	}
	if s.err != nil {
		return nil, s.err
	}
	return &tts.Speech{Clip: audio.Clip{Samples: make([]float32, 8000), Rate: 8000}, Bill: s.bill}, nil
}

func TestBillsByTheCharactersThatTheServiceCounts(t *testing.T) {
	for name, test := range map[string]struct {
		service service
		text    string
		want    tts.Bill
	}{
		"free":                           {service{}, "hello", tts.Bill{Requests: 1}},
		"the service says how many":      {service{price: 20, bill: tts.Bill{Characters: 50}}, "hello", tts.Bill{Requests: 1, Characters: 50, USD: 0.001}},
		"two requests for one utterance": {service{price: 20, bill: tts.Bill{Requests: 2, Characters: 100}}, "hello", tts.Bill{Requests: 2, Characters: 100, USD: 0.002}},
		"it does not say":                {service{price: 20}, "héllo", tts.Bill{Requests: 1, Characters: 5, USD: 0.0001}},
	} {
		t.Run(name, func(t *testing.T) {
			m := New(0)
			speech, err := m.Wrap(test.service).Speak(t.Context(), tts.Request{Text: test.text})
			require.NoError(t, err)
			require.Equal(t, test.want, speech.Bill)
			require.Equal(t, Total{test.want, time.Second}, m.Total())
		})
	}
}

func TestStopsBeforeTheRequestThatWouldPassTheBudget(t *testing.T) {
	asked := 0
	m := New(1)
	b := m.Wrap(service{price: 1e6, during: func() { asked++ }}) // a dollar a character
	_, err := b.Speak(t.Context(), tts.Request{Text: "a"})
	require.NoError(t, err)
	_, err = b.Speak(t.Context(), tts.Request{Text: "b"})
	var used *tts.QuotaExceeded
	require.ErrorAs(t, err, &used)
	require.Contains(t, used.Hint(), "--budget")
	require.Equal(t, 1, asked)
	require.InDelta(t, 1, m.Total().USD, 1e-9)
}

func TestBudgetIsNamedAsItWasGiven(t *testing.T) {
	for budget, want := range map[float64]string{0.0001: "$0.0001,", 0.5: "$0.50,", 5: "$5.00,", 12.345: "$12.345,"} {
		_, err := New(budget).Wrap(service{price: 1e9}).Speak(t.Context(), tts.Request{Text: "a"})
		require.ErrorContains(t, err, "of the budget of "+want)
	}
}

func TestFailedRequestsGiveTheirMoneyBack(t *testing.T) {
	m := New(1)
	failure := errors.New("broken")
	for range 3 {
		_, err := m.Wrap(service{price: 1e6, err: failure}).Speak(t.Context(), tts.Request{Text: "a"})
		require.ErrorIs(t, err, failure)
	}
	_, err := m.Wrap(service{price: 1e6}).Speak(t.Context(), tts.Request{Text: "a"})
	require.NoError(t, err)
	require.Equal(t, 4, m.Total().Requests)
}

func TestSilenceIsPaidFor(t *testing.T) {
	m := New(1)
	b := m.Wrap(service{price: 1e6, err: fmt.Errorf("speak: %w", &tts.NoSound{})})
	_, err := b.Speak(t.Context(), tts.Request{Text: "a"})
	require.ErrorAs(t, err, new(*tts.NoSound))
	require.Equal(t, tts.Bill{Requests: 1, Characters: 1, USD: 1}, m.Total().Bill)
	_, err = b.Speak(t.Context(), tts.Request{Text: "a"})
	require.ErrorAs(t, err, new(*tts.QuotaExceeded))
}

func TestRequestsAtOnceDoNotPassTheBudgetTogether(t *testing.T) {
	m := New(5)
	var all sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	hold := make(chan struct{})
	for range 10 {
		all.Go(func() {
			_, err := m.Wrap(service{price: 1e6, during: func() { <-hold }}).Speak(t.Context(), tts.Request{Text: "a"})
			if err != nil {
				mu.Lock()
				refused++
				if refused == 5 {
					close(hold) // the other five are all under way
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Equal(t, 5, refused)
	require.InDelta(t, 5, m.Total().USD, 1e-9)
}

func TestPriceIsOfCharacters(t *testing.T) {
	require.InDelta(t, 0.000016*(2*3+15), Price(tts.Info{PricePerMillion: 16, Charge: tts.Charge{Times: 2, More: 15}}, "één"), 1e-12)
	require.InDelta(t, 0.016, Price(tts.Info{PricePerMillion: 16}, strings.Repeat("é", 1000)), 1e-12)
}
