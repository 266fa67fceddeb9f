package web

import (
	"context"
	"slices"
)

// Shape is what the body of a successful answer is due to be.
type Shape int

// The shapes. JSON is what is checked when nothing else was said.
const (
	JSON     Shape = iota // JSON that holds something: not empty, not null, not {}
	Object                // a JSON object that holds something
	List                  // a JSON list, which may be empty
	AnyJSON               // JSON that may hold nothing, and an empty body
	Anything              // no check but that it is no web page
)

func (s Shape) String() string {
	return [...]string{"JSON", "an object", "a list", "JSON", "a file"}[s]
}

// asked is what a context says about the requests made with it.
type asked struct {
	repeatable bool
	shape      Shape
	types      []string
	tries      int
}

type askedKey struct{}

func askedOf(ctx context.Context) asked {
	a, _ := ctx.Value(askedKey{}).(asked)
	return a
}

// Repeatable marks a POST that changes nothing, such as a search or a GraphQL
// query: it may be sent again when it failed.
func Repeatable(ctx context.Context) context.Context {
	a := askedOf(ctx)
	a.repeatable = true
	return context.WithValue(ctx, askedKey{}, a)
}

// Tries says how often a request made with ctx is sent at most when it fails by
// chance: once, say, where the caller would rather ask for less.
func Tries(ctx context.Context, n int) context.Context {
	a := askedOf(ctx)
	a.tries = n
	return context.WithValue(ctx, askedKey{}, a)
}

// Expect says what shape the answers are due to have.
func Expect(ctx context.Context, s Shape) context.Context {
	a := askedOf(ctx)
	a.shape = s
	return context.WithValue(ctx, askedKey{}, a)
}

// ExpectType says that answers are no JSON but of one of the given media types,
// such as text/calendar.
func ExpectType(ctx context.Context, types ...string) context.Context {
	a := askedOf(ctx)
	a.shape, a.types = Anything, slices.Clone(types)
	return context.WithValue(ctx, askedKey{}, a)
}
