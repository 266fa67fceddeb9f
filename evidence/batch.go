package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Batch is one page of a source's answer on its way into the store. Its items
// and its cursor are kept in one transaction, so a cursor is never ahead of
// what is stored.
type Batch struct {
	Part      string // of the source: a clone, a search, a board; cursors are kept by part
	Query     string // as the source was asked, without secrets
	FetchedAt time.Time
	Items     []Fetched
	Cursor    string // opaque to all but the collector; where to go on from here

	// Begin marks the first page of a pass that asks for everything the part
	// has in Period; a pass that was interrupted goes on without it. End marks
	// its last page: items of the period that the part gave in an earlier pass
	// and not in this one are then marked as gone from the source. They stay
	// in the store. Of the period is what is in it or flows in it; see
	// [Item.In] and [Item.Flows].
	Begin, End bool
	Period     Period
}

// Fetched is an item with the hash of the raw answer that it was made from.
type Fetched struct {
	Item Item
	Hash string // see [Hash]
}

// Hash returns the SHA-256 of a raw answer in hexadecimal.
func Hash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Record is an item as the store keeps it: with where it is from.
type Record struct {
	Item      Item
	Hash      string // of the raw answer
	Query     string
	FetchedAt time.Time // when the content was last fetched anew
	GoneAt    time.Time // when the source was first found to lack it; zero while it is there
}

// Kept counts what became of the items of a batch.
type Kept struct{ New, Changed, Same, Gone int }

// Add adds other to k.
func (k *Kept) Add(other Kept) {
	k.New += other.New
	k.Changed += other.Changed
	k.Same += other.Same
	k.Gone += other.Gone
}
