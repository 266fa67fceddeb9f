package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/dossier-report/dossier/"

// layers is the import graph: a package may import only packages of a lower
// level. The longest prefix counts.
var layers = map[string]int{
	"evidence":                      0,
	"collectors/internal/web":       0,
	"collectors/internal/atlassian": 1,
	"collectors/internal/local":     1,
	"evidence/store":                1,
	"objectives":                    1,
	"objectives/fit":                2, // a program that fits the catalogue's weights
	"collectors":                    1,
	"report/analysis":               1,
	"report/gate":                   1,
	"report/words":                  1,
	"report":                        2,
	"report/chart":                  2,
	"report/manifest":               2,
	"collectors/collectorstest":     2,
	"collectors/":                   2,
	"evidence/store/storetest":      2,
	"report/render/internal/pdf":    2,
	"report/render":                 3,
	"config":                        3,
	"cmd/dossier":                   4,
}

// nothingOfOurs may import no other package of the module.
var nothingOfOurs = []string{"evidence", "collectors/internal/web", "report/gate"}

func level(t *testing.T, pkg string) int {
	t.Helper()
	best, at := -1, -1
	for prefix, l := range layers {
		exact := pkg == prefix
		below := strings.HasSuffix(prefix, "/") && strings.HasPrefix(pkg, prefix)
		if (exact || below) && len(prefix) > best {
			best, at = len(prefix), l
		}
	}
	if at < 0 {
		t.Errorf("%s has no level: add it to the table in layers_test.go", pkg)
	}
	return at
}

func TestImportsPointDown(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../../...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		from := strings.TrimPrefix(p.ImportPath, module)
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module)
			if !ours {
				if from == "evidence" && strings.Contains(strings.Split(imp, "/")[0], ".") {
					t.Errorf("evidence imports %s, and may import only the standard library", imp)
				}
				continue
			}
			for _, lone := range nothingOfOurs {
				if from == lone {
					t.Errorf("%s imports %s, and may import nothing of ours", from, to)
				}
			}
			if level(t, from) <= level(t, to) {
				t.Errorf("%s (level %d) imports %s (level %d): imports point down only", from, level(t, from), to, level(t, to))
			}
		}
	}
	if seen < 10 {
		t.Errorf("go list named %d packages; the test looks in the wrong place", seen)
	}
}
