package collectorstest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"
)

// watched numbers the functions that are watched. Goroutines carry labels on to
// those that they start, so that what a collector leaves behind can be told
// from what else runs in a test.
var watched atomic.Int64

const label = "collectorstest"

type watching struct{ mark string }

// watch runs f in a goroutine of its own.
func watch(f func()) *watching {
	n := fmt.Sprintf("run-%d", watched.Add(1))
	w := &watching{mark: fmt.Sprintf("%q:%q", label, n)}
	go pprof.Do(context.Background(), pprof.Labels(label, n), func(context.Context) { f() })
	return w
}

// left returns the stacks of the goroutines that f started and that still run,
// after giving them some time to end.
func (w *watching) left() []string {
	var list []string
	for wait := time.Microsecond; ; wait *= 2 {
		if list = w.running(); len(list) == 0 || wait > time.Second {
			return list
		}
		time.Sleep(wait) // only while something still runs
	}
}

func (w *watching) running() []string {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		return []string{err.Error()}
	}
	var list []string
	for block := range strings.SplitSeq(b.String(), "\n\n") {
		if strings.Contains(block, w.mark) {
			list = append(list, block)
		}
	}
	return list
}
