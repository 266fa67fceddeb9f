//go:build race

package objectives

// raced says that the race detector is on: it empties pools at random, so that
// allocations cannot be counted closely.
const raced = true
