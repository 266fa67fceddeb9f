package collectors

import "context"

// Checker is a collector that can tell whether it is going to work: it is asked
// by "dossier doctor". It reads little and changes nothing.
type Checker interface {
	Check(ctx context.Context) []Finding
}

// Finding is one thing that was looked at, and what to do about it.
type Finding struct {
	What   string `json:"what"` // "git", "clone ~/src/api", "token"
	Health Health `json:"health"`
	Detail string `json:"detail,omitempty"`
	Fix    string `json:"fix,omitempty"` // one line: what the user can do
}

// Health is how well a thing is.
type Health string

// The states of health, the best first.
const (
	Healthy Health = "ok"
	Doubt   Health = "warning" // works, with something to know
	Broken  Health = "broken"
)
