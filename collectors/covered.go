package collectors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dossier-report/dossier/evidence"
)

// covered returns the parts in order of their names.
func (s *sink) covered(ctx context.Context) ([]evidence.Part, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var (
		list []evidence.Part
		errs []error
	)
	for name, p := range s.parts {
		out := evidence.Part{Name: name, Query: p.query, Notes: p.notes}
		out.Gaps = append(out.Gaps, p.gaps...)
		if n := p.lost - maxGaps; n > 0 {
			out.Gaps = append(out.Gaps, evidence.Gap{What: "and " + thousands(n) + " more", Why: "only the first are listed"})
		}
		out.Gaps = append(out.Gaps, p.oddity...)
		if n := p.odd - maxGaps; n > 0 {
			out.Gaps = append(out.Gaps, evidence.Gap{What: "and " + thousands(n) + " more", Why: "only the first are listed", Bad: true})
		}
		if p.masked > 0 {
			out.Notes = append(out.Notes, counted(p.masked, "secret was", "secrets were")+" removed from the text")
		}
		if p.out > 0 {
			out.Notes = append(out.Notes, counted(p.out, "item was", "items were")+" outside the period and not kept")
		}
		if p.flow > 0 {
			out.Notes = append(out.Notes, counted(p.flow, "item of others or of another time was", "items of others or of another time were")+" kept for flow")
		}
		found, err := s.run.keeper.Found(ctx, s.source, name, s.run.opt.Period)
		if err != nil {
			errs = append(errs, fmt.Errorf("count the items of %q: %w", name, err))
		}
		out.Found = found
		list = append(list, out)
	}
	slices.SortFunc(list, func(a, b evidence.Part) int { return strings.Compare(a.Name, b.Name) })
	if err := s.twice(ctx, list); err != nil {
		errs = append(errs, err)
	}
	return list, errors.Join(errs...)
}

// twice notes how many items more than one part gives. They stand with the
// last parts, so that the parts together count each once.
func (s *sink) twice(ctx context.Context, list []evidence.Part) error {
	sum := 0
	for _, p := range list {
		sum += p.Found
	}
	if len(list) < 2 || sum == 0 {
		return nil
	}
	distinct, err := s.run.keeper.Found(ctx, s.source, "", s.run.opt.Period)
	if err != nil {
		return fmt.Errorf("count the items of %s: %w", s.source, err)
	}
	for i := len(list) - 1; i >= 0 && sum > distinct; i-- {
		list[i].Twice = min(sum-distinct, list[i].Found)
		sum -= list[i].Twice
	}
	return nil
}

// state judges the source. It is complete when nothing is missing; failed when
// no part of it answered; else partial. A source that was stopped is partial.
func (s *sink) state(err error, cut bool) (evidence.CoverageState, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lost, answered := 0, s.pages > 0
	var first string
	for _, name := range sortedNames(s.parts) {
		p := s.parts[name]
		lost += p.lost
		answered = answered || p.same
		if first == "" && len(p.gaps) > 0 {
			first = p.gaps[0].What + ": " + p.gaps[0].Why
		}
	}
	switch {
	case cut && errors.Is(err, errLeft):
		return evidence.Partial, stopped + "; it " + errLeft.Error()
	case cut:
		return evidence.Partial, stopped
	case err != nil && answered:
		return evidence.Partial, err.Error()
	case err != nil:
		return evidence.Failed, err.Error()
	case lost > 0 && !answered:
		return evidence.Failed, "nothing could be read: " + first
	case lost > 0:
		return evidence.Partial, counted(lost, "thing is", "things are") + " missing"
	}
	return evidence.Complete, ""
}

func sortedNames(parts map[string]*part) []string {
	var names []string
	for n := range parts {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// firstLine returns the first line of s, not too long and valid.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= 200 {
		return s
	}
	n := 200
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}

// origin returns " (file.go:12)", the place of a panic, from its stack.
func origin(stack []byte) string {
	lines := bytes.Split(stack, []byte("\n"))
	seen := false
	for _, l := range lines {
		text := strings.TrimSpace(string(l))
		if strings.HasPrefix(text, "panic(") {
			seen = true
			continue
		}
		if !seen || !strings.Contains(text, ".go:") || strings.Contains(text, "/src/runtime/") {
			continue
		}
		file, _, _ := strings.Cut(text, " ")
		return " (" + path.Base(strings.ReplaceAll(file, `\`, "/")) + ")"
	}
	return ""
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes n with a comma between groups of three digits.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
