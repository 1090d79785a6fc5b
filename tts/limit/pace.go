package limit

import (
	"math"
	"time"
)

// pace is how fast requests go, as a share of what is allowed. It follows the rule that lets the senders of a network share
// it: slow down by a factor, speed up by a sum (D.-M. Chiu, R. Jain, Analysis of the Increase and Decrease Algorithms for
// Congestion Avoidance in Computer Networks, 1989). The numbers are this project's.
type pace struct {
	share float64   // of the concurrency and the rates: least to 1
	until time.Time // nobody begins before
	cut   time.Time // when the share was last made smaller
}

const (
	slower     = 0.5         // a refusal halves the share
	faster     = 0.01        // an answer adds so much: 50 answers from half to full speed
	least      = 1.0 / 16    // the share does not fall below
	shortPause = time.Second // where the service does not say how long
)

// refused takes in that a request which began at a time was refused. The refusals of requests that began before the last
// cut are of the same crowd and count once.
func (p *pace) refused(now, began time.Time, after time.Duration) {
	if after <= 0 {
		after = shortPause
	}
	if until := now.Add(after); until.After(p.until) {
		p.until = until
	}
	if began.After(p.cut) || p.cut.IsZero() {
		p.share, p.cut = max(p.share*slower, least), now
	}
}

// answered takes in that a request which began at a time was answered.
func (p *pace) answered(began time.Time) {
	if began.After(p.cut) {
		p.share = min(p.share+faster, 1)
	}
}

// places is how many may run at once where n are allowed.
func (p *pace) places(n int) int { return max(1, int(math.Round(p.share*float64(n)))) }

// bucket holds tokens that come in at a steady rate, so that in no minute more than so many are taken. Its zero value
// is without end.
type bucket struct {
	size   float64 // the most tokens it holds
	rate   float64 // tokens a second that come in
	tokens float64 // may be below 0 when something larger than the bucket was taken
	at     time.Time
}

// A bucket holds a second's worth of requests, since some services count by the second, and a tenth of a minute's characters,
// so that a sentence fits into it.
const (
	requestsPart   = 60
	charactersPart = 10
)

// newBucket makes a full bucket for n a minute that holds one part of so many; n = 0 is no limit. What is taken at once and what
// comes in over the rest of a minute are n together.
func newBucket(n, parts int, now time.Time) bucket {
	if n <= 0 {
		return bucket{}
	}
	size := max(1, float64(n/parts))
	return bucket{size: size, rate: (float64(n) - size + 1) / 60, tokens: size, at: now}
}

// refill puts in what came since the last time, at a share of the rate.
func (b *bucket) refill(now time.Time, share float64) {
	if b.size == 0 {
		b.tokens = 0
		return
	}
	b.tokens = min(b.size, b.tokens+now.Sub(b.at).Seconds()*b.rate*share)
	b.at = now
}

// wait is how long it takes until n tokens may be taken. What is larger than the bucket may be taken when that is full.
func (b *bucket) wait(n int, share float64) time.Duration {
	missing := min(float64(n), b.size) - b.tokens
	const rounding = 1e-6 // so that a timer that rings a nanosecond early finds what it was set for
	if b.size == 0 || missing <= rounding {
		return 0
	}
	return time.Duration(math.Ceil(missing / (b.rate * share) * float64(time.Second)))
}
