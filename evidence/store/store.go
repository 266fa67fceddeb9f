// Package store keeps evidence between runs: items, the cursors of their
// sources, and what each source was asked and answered.
//
// [Open] gives the store on one person's machine, an SQLite file that only they
// can read. Programs use it through [Store]; another back end has to pass the
// suite in storetest.
//
// What is promised:
//
//   - A batch is kept whole or not at all, with its cursor, and is on the disk
//     when Keep returns. A killed program loses nothing that it was told is kept.
//   - Nothing is erased but by Purge. An item that its source lacks now is
//     marked as gone, and one that the source shows again is unmarked.
//   - A file that is damaged, foreign or written by a newer version is refused,
//     and neither repaired nor replaced.
//
// All times are instants, given back in UTC.
package store

import (
	"context"
	"iter"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Store keeps evidence. Its methods may be called from several goroutines at
// once, and from within a loop over Items.
type Store interface {
	// Cursor returns the cursor of the last batch kept for a part of a source,
	// "" at first.
	Cursor(ctx context.Context, source, part string) (string, error)

	// Keep stores a batch and its cursor in one transaction, and counts what
	// became of the items; see [evidence.Batch] for what Begin and End do. An
	// item that reads the same as the one stored is not written again.
	//
	// An item that cannot be written as JSON is left out and the rest of the
	// batch is kept; the error is then a [*BadItemsError]. After any other error
	// nothing of the batch is stored.
	Keep(ctx context.Context, source string, b evidence.Batch) (evidence.Kept, error)

	// Cover records what a source was asked and what it answered.
	Cover(ctx context.Context, c evidence.Coverage) error
	// Coverage returns the newest record of each source and period, in order of
	// source and period.
	Coverage(ctx context.Context) ([]evidence.Coverage, error)
	// Runs returns the newest limit records of all, the newest first; limit 0
	// means every one.
	Runs(ctx context.Context, limit int) ([]evidence.Coverage, error)

	// Items yields the items that pass f in order of their first moment (see
	// [evidence.Item.In]) and id, those without one first. An item that cannot be read yields an error
	// that names it, and the next follows; after an error of the store itself
	// nothing follows.
	Items(ctx context.Context, f Filter) iter.Seq2[evidence.Record, error]
	// Item returns one item, or a [*NotFoundError].
	Item(ctx context.Context, id string) (evidence.Record, error)
	// Resolve returns the id that a person means by text: an id, the end of one
	// ("#12", "ML-231"), the start of its last segment ("a1b2c3d") or an
	// item's address. It fails with [*NotFoundError] or [*AmbiguousError].
	Resolve(ctx context.Context, text string) (string, error)
	// Count returns how many items pass f.
	Count(ctx context.Context, f Filter) (int, error)
	// Found returns how many items in p the part of the source holds now, those
	// that are gone or only flow not counted; an empty part means all of the
	// source's parts.
	Found(ctx context.Context, source, part string, p evidence.Period) (int, error)
	// Sources returns the sources that have items or coverage, in order.
	Sources(ctx context.Context) ([]string, error)

	// Purge erases the items that pass f so that no trace stays in the store's
	// files, and returns how many they were. A filter that names sources and
	// nothing else erases their cursors and coverage too, the zero filter
	// everything.
	Purge(ctx context.Context, f Filter) (int, error)

	// Lock makes the caller the only one that writes for a whole run. It waits
	// as long as wait for a run that holds it, then fails with [*LockedError].
	// The lock of a program that died is free. Who only reads needs no lock.
	Lock(ctx context.Context, wait time.Duration) (release func() error, err error)
	// Check reads everything and says what is wrong with it.
	Check(ctx context.Context) (Health, error)
	Close() error
}

// Filter chooses items. Each field that is set narrows the choice; the zero
// value lets everything pass, also items without a date.
type Filter struct {
	Period  evidence.Period // the item is in it, see [evidence.Item.In]
	Sources []string
	Kinds   []evidence.Kind
	IDs     []string
	// Flow lets pass, beside what is in the period, what only flows in it: see
	// [evidence.Item.Flows]. It widens Period and means nothing without one.
	Flow bool
}

// has reports whether the item is of f's period.
func (f Filter) has(it *evidence.Item) bool {
	return !bounded(f.Period) || it.In(f.Period) || f.Flow && it.Flows(f.Period)
}

// onlySources reports whether f names sources and nothing else.
func (f Filter) onlySources() bool {
	return len(f.Sources) > 0 && len(f.Kinds) == 0 && len(f.IDs) == 0 && !bounded(f.Period)
}

// everything reports whether nothing narrows f.
func (f Filter) everything() bool {
	return len(f.Sources) == 0 && len(f.Kinds) == 0 && len(f.IDs) == 0 && !bounded(f.Period)
}

func bounded(p evidence.Period) bool { return !p.From.IsZero() || !p.To.IsZero() }

// Health is what Check found.
type Health struct {
	Path     string   // of the store's file
	Version  int      // of its schema
	Bytes    int64    // of the file and its log
	Items    int      // all of them
	Gone     int      // of these, gone from their source
	Parts    int      // of all sources
	Runs     int      // records of coverage
	Problems []string // what is wrong, empty when all is well
}
