package github

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are the package's files without its tests.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = f
		}
	}
	return files
}

// TestRESTCallsAreListed keeps every request where rest.mjs finds it: only a
// listed call and a query reach api.do, and each line of the list is in use.
func TestRESTCallsAreListed(t *testing.T) {
	var used []string
	for name, f := range sources(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch fun := c.Fun.(type) {
			case *ast.Ident:
				if lit, ok := c.Args, fun.Name == "listed"; ok {
					s, err := strconv.Unquote(lit[0].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					used = append(used, s)
				}
				if fun.Name == "call" && name != "calls.go" {
					t.Errorf("%s makes a call that is not listed", name)
				}
			case *ast.SelectorExpr:
				switch m := fun.Sel.Name; {
				case m == "do" && name != "calls.go" && name != "client.go", (m == "request" || m == "NewRequest" || m == "BareDo") && name != "client.go":
					t.Errorf("%s sends a request past api.rest and api.query", name)
				case m == "do" && name == "client.go" && !isGraphQL(c):
					t.Errorf("%s sends something else than a query", name)
				}
			}
			return true
		})
	}
	var want []string
	for line := range strings.Lines(restList) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			want = append(want, line)
		}
	}
	slices.Sort(used)
	slices.Sort(want)
	if !slices.Equal(used, want) {
		t.Errorf("queries/rest.txt lists\n%s\nand the collector uses\n%s", strings.Join(want, "\n"), strings.Join(used, "\n"))
	}
}

func isGraphQL(c *ast.CallExpr) bool {
	return slices.ContainsFunc(c.Args, func(a ast.Expr) bool {
		lit, ok := a.(*ast.BasicLit)
		return ok && lit.Value == `"../graphql"`
	})
}

// TestEveryQueryIsAFile keeps every query where validate.mjs finds it; the one
// that is put together has its own test.
func TestEveryQueryIsAFile(t *testing.T) {
	used := map[string]bool{}
	for name, f := range sources(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				s, err := strconv.Unquote(n.Value)
				if n.Kind == token.STRING && err == nil && (strings.HasPrefix(s, "query ") || strings.HasPrefix(s, "mutation")) && name != "queries.go" {
					t.Errorf("%s holds the query %q", name, s)
				}
			case *ast.CallExpr:
				if fun, ok := n.Fun.(*ast.Ident); ok && fun.Name == "document" {
					s, _ := strconv.Unquote(n.Args[0].(*ast.BasicLit).Value)
					used[s+".graphql"] = true
				}
			}
			return true
		})
	}
	files, err := queryFiles.ReadDir("queries")
	if err != nil || len(files) != len(used) {
		t.Errorf("%d files, %d in use, %v", len(files), len(used), err)
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("%s is not used", f.Name())
		}
	}
}

func TestCallHoldsNothingButWhatIsListed(t *testing.T) {
	for _, tt := range []struct {
		c          call
		parameters map[string]string
		holes      []string
		want       string
	}{
		{filesCall, map[string]string{"page": "2", "per_page": "100", "other": "x"}, []string{"acme/api", "9"}, "GET repos/acme/api/pulls/9/files?per_page=100&page=2"},
		{searchCall, map[string]string{"q": "is:pr a&b"}, nil, "GET search/issues?q=is%3Apr+a%26b"},
		{ownerCall, nil, []string{"a?b"}, "GET users/a%3Fb"},
		{pullCall, nil, []string{"acme/api/../..", "9"}, ""},
		{pullCall, nil, []string{"../..", "9"}, ""},
		{pullCall, nil, []string{"", "9"}, ""},
		{placeCall, nil, []string{"acme"}, ""},
		{placeCall, nil, []string{"acme/api/x"}, ""},
	} {
		method, path, err := tt.c.fill(tt.parameters, tt.holes...)
		if got := strings.TrimSpace(method + " " + path); got != tt.want || (err == nil) == (tt.want == "") {
			t.Errorf("%s with %q is %q, want %q (%v)", tt.c, tt.holes, got, tt.want, err)
		}
	}
}
