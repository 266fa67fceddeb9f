package confluence

import (
	goflag "flag"
	"os"
	"testing"
)

// TestMain makes the drawn cases the same in every run unless a seed is asked
// for: a search for rare ones is for a person to start, with many checks.
func TestMain(m *testing.M) {
	goflag.Parse()
	asked := false
	goflag.Visit(func(f *goflag.Flag) { asked = asked || f.Name == "rapid.seed" || f.Name == "rapid.failfile" })
	if checks := goflag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("40"); err != nil {
			panic(err)
		}
	}
	if !asked {
		if err := goflag.Set("rapid.seed", "20260630"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
