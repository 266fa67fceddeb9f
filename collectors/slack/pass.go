package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// exportCursor is what was read of which zips.
type exportCursor struct {
	collectors.Asked
	Digest string `json:"digest"`
	// Pass says that the reading is under way, and After is the folder of the
	// last channel that is done.
	Pass  bool           `json:"pass,omitempty"`
	After string         `json:"after,omitempty"`
	Gaps  []evidence.Gap `json:"gaps,omitempty"`
}

// maxGaps is how many gaps a cursor remembers: no more are listed.
const maxGaps = 100

func (c exportCursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // texts and numbers cannot fail
	}
	return string(b)
}

// decodeExport reads a cursor. What it does not understand is an empty one: then
// all is read anew.
func decodeExport(s string) exportCursor {
	var c exportCursor
	if json.Unmarshal([]byte(s), &c) != nil {
		return exportCursor{}
	}
	return c
}

// learn reads who the users are, which channels there are and which workspace it
// is. An export of an earlier time is read first.
func (e *export) learn(ctx context.Context) error {
	kinds := map[string]channelKind{"channels.json": public, "groups.json": private, "mpims.json": group, "dms.json": direct}
	for _, z := range e.zips {
		for _, list := range listNames {
			f := z.lists[list]
			if f == nil {
				continue
			}
			err := e.each(ctx, z, f, func(raw []byte) error {
				if kind, ok := kinds[list]; ok {
					if ch, ok := decodeChannel(raw, kind); ok {
						e.channels[ch.id] = &ch
					}
				} else if u, ok := decodeUser(raw); ok {
					e.dir.add(u)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	if err := e.dir.findSelf(); err != nil {
		return err
	}
	e.team = e.teamOf()
	return nil
}

// teamOf returns the id of the workspace, which an export does not tell: that of
// the person's account is the one that the Web API tells, too.
func (e *export) teamOf() string {
	if e.cfg.Team != "" {
		return e.cfg.Team
	}
	for _, id := range e.dir.who() {
		if t := e.dir.known[id].team; t != "" {
			return t
		}
	}
	n := map[string]int{}
	best := ""
	for _, u := range e.dir.known {
		if n[u.team]++; u.team != "" && (n[u.team] > n[best] || n[u.team] == n[best] && u.team < best || best == "") {
			best = u.team
		}
	}
	if best == "" {
		best = "workspace"
		e.out.Note(partExport, "the export does not tell the id of the workspace; set sources.slack.team if the Web API is to be asked as well")
	}
	return best
}

// readChannels reads the channels that may be read, one after another.
func (e *export) readChannels(ctx context.Context) error {
	days := merge(e.zips)
	byFolder := map[string]*channel{}
	for _, id := range sorted(e.channels) {
		ch := e.channels[id]
		byFolder[firstOf(ch.name, ch.id)] = ch
		if _, taken := byFolder[ch.id]; !taken {
			byFolder[ch.id] = ch // direct messages lie under their id
		}
	}
	var left [group + 1]int
	for _, folder := range sorted(days) {
		ch := byFolder[folder]
		if ch == nil {
			ch = &channel{id: folder, name: folder}
		}
		if !e.cfg.reads(*ch, e.dir) {
			left[ch.kind]++
			continue
		}
		if e.cur.After != "" && folder <= e.cur.After {
			continue
		}
		e.folder = folder
		if err := e.readChannel(ctx, ch, days[folder]); err != nil {
			return err
		}
		e.cur.Pass, e.cur.After = true, folder
	}
	e.leftOut(left[:])
	e.cur.Pass, e.cur.After = false, ""
	return e.keep(ctx, true)
}

// leftOut says what was there and was not read.
func (e *export) leftOut(n []int) {
	if c := n[private] + n[direct] + n[group]; c > 0 {
		e.out.Note(partExport, leftOutNote(c))
	}
	if n[unknown] > 0 {
		e.out.Note(partExport, fmt.Sprintf("%d channels are in none of the export's lists and were left out as private: name those to be read in sources.slack.private", n[unknown]))
	}
}

// around is how far the date of a file may lie from the times in it: the date is
// in the time zone of whoever exported.
const around = 48 * time.Hour

// readChannel looks for the threads in which the person said something of
// substance in the period, and then reads these. Nothing of other threads is
// held, so a channel may have any length.
func (e *export) readChannel(ctx context.Context, ch *channel, days []day) error {
	threads, err := e.findThreads(ctx, ch, days)
	if err != nil || len(threads) == 0 {
		return err
	}
	first := time.Time{}
	for root := range threads {
		if at := root.time(); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	for _, d := range days {
		if d.date.Before(first.Add(-around)) {
			continue
		}
		err := e.each(ctx, d.from, d.file, func(raw []byte) error {
			var where struct {
				TS       moment `json:"ts"`
				ThreadTS moment `json:"thread_ts"`
				Subtype  word   `json:"subtype"`
			}
			if json.Unmarshal(raw, &where) != nil {
				return nil // told already, where it matters
			}
			root := stamp(where.ThreadTS)
			if root == "" {
				root = stamp(where.TS)
			}
			changes := where.Subtype == "message_changed" || where.Subtype == "message_deleted"
			if threads[root] == nil && !changes {
				return nil
			}
			m := decode(raw)
			if m == nil {
				return nil
			}
			if m.Changed != nil {
				root = m.Changed.root()
			} else if m.DeletedTS != "" && m.ThreadTS == "" {
				e.deleted(threads, stamp(m.DeletedTS), raw, m)
				return nil
			}
			if t := threads[root]; t != nil {
				if l, ok := e.read(m, raw); ok {
					t.lines = append(t.lines, l)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	roots := sorted(threads)
	slices.SortFunc(roots, stamp.compare)
	for _, root := range roots {
		f, ok := e.item(threads[root])
		delete(threads, root)
		if !ok || !f.Item.In(e.period) {
			continue
		}
		if e.queue = append(e.queue, f); len(e.queue) >= e.page {
			e.cur.Pass = true
			if err := e.keep(ctx, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// deleted takes a message away whose notice does not say in which thread it stood.
func (e *export) deleted(threads map[stamp]*thread, ts stamp, raw []byte, m *message) {
	l, ok := e.read(m, raw)
	if !ok {
		return
	}
	for _, t := range threads {
		if slices.ContainsFunc(t.lines, func(o line) bool { return o.ts == ts }) {
			t.lines = append(t.lines, l)
		}
	}
}

// findThreads reads the days of the period for what the person wrote. Only what
// holds one of their ids is looked into.
func (e *export) findThreads(ctx context.Context, ch *channel, days []day) (map[stamp]*thread, error) {
	threads := map[stamp]*thread{}
	var ids [][]byte
	for _, id := range e.dir.who() {
		ids = append(ids, []byte(id))
	}
	for _, d := range days {
		if !e.period.Overlaps(evidence.Period{From: d.date.Add(-around), To: d.date.Add(around + 24*time.Hour)}) {
			continue
		}
		broken := 0
		err := e.each(ctx, d.from, d.file, func(raw []byte) error {
			if !slices.ContainsFunc(ids, func(id []byte) bool { return bytes.Contains(raw, id) }) {
				return nil
			}
			m := decode(raw)
			if m == nil {
				broken++
				return nil
			}
			if m.Changed != nil {
				m = m.Changed
			}
			ts := stamp(m.TS)
			if ts == "" {
				broken++
				return nil
			}
			if e.evident(m) && e.period.Contains(ts.time()) && threads[m.root()] == nil {
				threads[m.root()] = &thread{channel: ch, root: m.root()}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if broken > 0 {
			e.gap(d.from.label+": "+d.file.Name, fmt.Sprintf("%d of its messages are not as they should be and were left out", broken), false)
		}
	}
	return threads, nil
}

// evident reports whether a message is the person's and makes its thread
// evidence.
func (b *builder) evident(m *message) bool {
	if m.Subtype == "huddle_thread" && m.BotID == "" {
		l := line{huddle: &m.Room.v}
		return l.attended(b.dir.me) > 0
	}
	return b.dir.me[string(m.User)] && m.spoken() && b.weight(m) == substance
}

// keep stores what is waiting. Its cursor stands at the last channel that is
// done: that whose threads are only in part kept is read again.
func (e *export) keep(ctx context.Context, end bool) error {
	page := evidence.Batch{Part: partExport, Query: e.query(), FetchedAt: e.env.Now(), Items: e.queue,
		Cursor: e.cur.encode(), Period: e.period, Begin: !e.begun, End: end}
	if err := e.out.Keep(ctx, page); err != nil {
		return fmt.Errorf("keep threads: %w", err)
	}
	e.begun, e.queue = true, nil
	return nil
}
