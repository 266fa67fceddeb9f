package github

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// exchanges returns the answers of the fixture to an operation.
func exchanges(t *testing.T, operation string) (list []map[string]any) {
	t.Helper()
	b, err := os.ReadFile("testdata/half-year.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range strings.Split(string(b), "-- POST https://api.github.com/graphql --")[1:] {
		if !strings.Contains(x, `"operation": "`+operation+`"`) {
			continue
		}
		_, body, _ := strings.Cut(x, "\n\n")
		var m map[string]any
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

// spoil calls use for each way to spoil one value in v, and restores it.
func spoil(v any, use func(what string)) {
	odd := []any{nil, true, -1.5, "", "odd", []any{}, []any{nil}, map[string]any{}}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(func(yield func(string) bool) {
			for k := range v {
				if !yield(k) {
					return
				}
			}
		}) {
			old := v[k]
			spoil(old, func(what string) { use(k + "." + what) })
			for i, o := range odd {
				v[k] = o
				use(fmt.Sprintf("%s=%d", k, i))
			}
			delete(v, k)
			use(k + " missing")
			v[k] = old
		}
	case []any:
		for i, old := range v {
			spoil(old, func(what string) { use(itoa(i) + "." + what) })
		}
	}
}

func TestF40AnyFieldMayBeMissingOrOdd(t *testing.T) {
	m := &maker{self: []string{"robin-v"}}
	tried := 0
	for _, op := range []string{"PullRequests", "Issues"} {
		for _, x := range exchanges(t, op) {
			nodes := x["data"].(map[string]any)["search"].(map[string]any)["nodes"].([]any)
			spoil(nodes[0], func(what string) {
				raw, err := json.Marshal(nodes[0])
				if err != nil {
					t.Fatal(err)
				}
				n := &artefact{}
				if err := soft(json.Unmarshal(raw, n)); err != nil {
					t.Errorf("%s: %v", what, err)
					return
				}
				it, _ := m.item(n)
				if err := it.Validate(); err != nil && !strings.HasPrefix(what, "url") && !strings.Contains(what, ".url") && !strings.HasPrefix(what, "id") && !strings.Contains(err.Error(), "url:") {
					t.Errorf("%s: %v", what, err)
				}
				tried++
			})
		}
	}
	for _, x := range exchanges(t, "Discussions") {
		nodes := x["data"].(map[string]any)["search"].(map[string]any)["nodes"].([]any)
		spoil(nodes[0], func(string) {
			raw, _ := json.Marshal(nodes[0])
			n := &discussion{}
			if soft(json.Unmarshal(raw, n)) == nil {
				m.discussion(n)
				tried++
			}
		})
	}
	for _, x := range exchanges(t, "Board") {
		board := x["data"].(map[string]any)["repositoryOwner"].(map[string]any)["projectV2"].(map[string]any)
		for _, raw := range board["items"].(map[string]any)["nodes"].([]any) {
			spoil(raw, func(string) {
				c := &card{}
				b, _ := json.Marshal(raw)
				if soft(json.Unmarshal(b, &c.boardItem)) == nil {
					pb := &passingBoard{run: &run{make: *m, now: noon(), period: half}, moved: map[string][]*boardMove{}}
					pb.card(c, pb.sight(c))
					tried++
				}
			})
		}
	}
	if tried < 2000 {
		t.Errorf("only %d answers were tried", tried)
	}
}

func TestF40OddFieldIsMarkedAndTheItemKept(t *testing.T) {
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 2})
		}
		return 200, found(2, "", pr(1, func(x map[string]any) { x["additions"] = "many" }), pr(2, func(x map[string]any) { x["createdAt"] = "yesterday" }))
	}}
	got := collect(t, server, "", nil)
	if len(got.keeper.Items()) != 1 || !has(got.gaps(openedPart, true), "pull/1: a field of it has another type") ||
		!has(got.gaps(openedPart, false), "pull/2: when it was opened cannot be read") {
		t.Errorf("%d items, odd %q, gaps %q", len(got.keeper.Items()), got.gaps(openedPart, true), got.gaps(openedPart, false))
	}
}
