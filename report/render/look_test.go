package render

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("DOSSIER_LOOK")
	if dir == "" {
		t.Skip("set DOSSIER_LOOK to a folder to look at the pages")
	}
	all := cases()
	if font, err := os.ReadFile("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"); err == nil {
		c := all["foreign"]
		c.opt.Fallback = [][]byte{font}
		all["fallback"] = c
	}
	for name, c := range all {
		b, _ := render(t, c.r, c.opt)
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
