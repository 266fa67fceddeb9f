package gate

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestJSONKeepsTheValueAndHidesNothing(t *testing.T) {
	for _, s := range []string{"plain", "\u009b31m", "a\u202eb", "\x7f", "\ufeff", "\U000E0041tag", "日本語 🚀", "\u2028"} {
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		got := JSON([]byte(b.String()))
		if strings.ContainsFunc(string(got), hidden) {
			t.Errorf("JSON(%q) = %q still holds a hidden character", b.String(), got)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != s {
			t.Errorf("JSON(%q) reads back as %q, %v", b.String(), back, err)
		}
	}
}
