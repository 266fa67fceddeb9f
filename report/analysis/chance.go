package analysis

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
)

// resamples is how often a side is drawn again; of large sides less often, for
// their intervals are narrow and time is to stay linear in the items.
const (
	resamples = 2000
	maxDraws  = 2_000_000
	minDrawn  = 200
)

// chance is a source of chance that the same values always seed the same way.
func chance(values ...[]span) *rand.Rand {
	h := sha256.New()
	var b [8]byte
	for _, list := range values {
		binary.BigEndian.PutUint64(b[:], uint64(len(list)))
		h.Write(b[:])
		for _, v := range list {
			binary.BigEndian.PutUint64(b[:], uint64(v))
			h.Write(b[:])
		}
	}
	sum := h.Sum(nil)
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])))
}

// statistic is a number that sums up a drawn sample: how often each of the
// sorted values was drawn.
type statistic func(sorted []span, drawn []int32) span

// meanOf is the mean of a drawn sample.
func meanOf(sorted []span, drawn []int32) span {
	var sum span
	for i, n := range drawn {
		sum += sorted[i] * span(n)
	}
	return sum / span(len(sorted))
}

// rankOf is a percentile of a drawn sample, by nearest rank.
func rankOf(p int) statistic {
	return func(sorted []span, drawn []int32) span {
		left := int32(max(1, (p*len(sorted)+99)/100))
		for i, n := range drawn {
			if left -= n; left <= 0 {
				return sorted[i]
			}
		}
		return sorted[len(sorted)-1]
	}
}

// bootstrap is the middle 95 % of the differences after minus before when both
// sides are drawn again with replacement. Both must be sorted and not empty.
func bootstrap(before, after []span, of statistic) (low, high span) {
	draws := chance(before, after)
	n := min(resamples, max(minDrawn, maxDraws/max(len(before), len(after))))
	a, b := make([]int32, len(before)), make([]int32, len(after))
	again := func(drawn []int32) {
		clear(drawn)
		for range drawn {
			drawn[draws.IntN(len(drawn))]++
		}
	}
	diffs := make([]span, 0, n)
	for range n {
		again(a)
		again(b)
		diffs = append(diffs, of(after, b)-of(before, a))
	}
	slices.Sort(diffs)
	// The interval's ends are 2.5 % of the draws from each side.
	cut := n / 40
	return diffs[cut], diffs[n-1-cut]
}

// seedText prints a seed.
func seedText(sum []byte) string { return hex.EncodeToString(sum[:8]) }
