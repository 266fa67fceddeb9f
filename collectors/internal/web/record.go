package web

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// Count is what was asked so far.
type Count struct {
	Requests  int           // that were sent, repetitions included
	Retries   int           // of these, repetitions
	Waits     int           // for a limit to end or before a repetition
	Waited    time.Duration // together; waits of several workers side by side add up
	Unchanged int           // answers that the server said were still right
}

type tally struct {
	requests, retries, waits, waited, unchanged atomic.Int64
}

// Count returns what was asked so far.
func (t *Transport) Count() Count {
	return Count{
		Requests: int(t.tally.requests.Load()), Retries: int(t.tally.retries.Load()),
		Waits: int(t.tally.waits.Load()), Waited: time.Duration(t.tally.waited.Load()),
		Unchanged: int(t.tally.unchanged.Load()),
	}
}

// Event is an answer, or a wait.
type Event struct {
	Method, Host, Path string        // the path without its query
	Status             int           // of the answer; 0 when there was none
	Bytes              int           // of its body, unpacked
	Wait               time.Duration // more than 0 for a wait, which begins now
	Why                string        // what is waited for, or why there was no answer
}

// String writes the event in a line.
func (e Event) String() string {
	line := e.Method + " " + e.Host + e.Path + ": "
	switch {
	case e.Wait > 0:
		return line + fmt.Sprintf("wait %v: %s", e.Wait.Round(time.Millisecond), e.Why)
	case e.Status == 0:
		return line + e.Why
	}
	return line + fmt.Sprintf("%d, %d bytes", e.Status, e.Bytes)
}

// answered logs a try.
func (a *ask) answered(resp *http.Response, body []byte, err error) {
	e := Event{Bytes: len(body)}
	if err != nil {
		e.Why = a.t.Error(err).Error()
	} else {
		e.Status = resp.StatusCode
	}
	a.log(e)
}

// waits counts and logs a wait.
func (a *ask) waits(d time.Duration, why string) {
	a.t.tally.waits.Add(1)
	a.t.tally.waited.Add(int64(d))
	a.log(Event{Wait: d, Why: why})
}

func (a *ask) log(e Event) {
	if a.t.opt.Log == nil {
		return
	}
	e.Method, e.Host, e.Path = a.method(), a.req.URL.Host, a.path()
	a.t.opt.Log(e)
}
