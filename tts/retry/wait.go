package retry

import (
	"math/rand/v2"
	"sync"
	"time"
)

// waits are how long to wait before the next try: anything between nothing and a bound that doubles with each try, so that those
// who failed together do not come again together.
//
// Source: "full jitter" in M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.
type waits struct {
	first, longest time.Duration

	mu     sync.Mutex
	random *rand.Rand
}

func newWaits(o Options) *waits {
	source := o.Jitter
	if source == nil {
		source = rand.NewPCG(rand.Uint64(), rand.Uint64())
	}
	return &waits{first: o.Wait, longest: o.LongestWait, random: rand.New(source)}
}

// before is the wait after so many tries.
func (w *waits) before(tries int) time.Duration {
	bound := w.first
	for range tries - 1 {
		if bound >= w.longest {
			break
		}
		bound *= 2
	}
	bound = min(bound, w.longest)
	if bound <= 0 {
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Duration(w.random.Int64N(int64(bound) + 1))
}

// budget bounds how much is made again of all that is asked, so that a service that is down gets no flood of requests, and
// who waits for them hears soon. Every request puts a share in, every further try takes one out. Source of the idea: retry
// throttling of gRPC (proposal A6, gRPC Retry Design).
type budget struct {
	share float64 // 0: without end

	mu     sync.Mutex
	tokens float64
}

// reserve is what the budget begins with and the most it holds: a short run may try again too, and a long one that went well
// cannot save up for a flood.
const reserve = 10

func newBudget(share float64) *budget { return &budget{share: share, tokens: reserve} }

// request puts in what a new request brings.
func (b *budget) request() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+b.share, reserve)
}

// again takes out a further try, and says whether there was one.
func (b *budget) again() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.share == 0 {
		return true
	}
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
