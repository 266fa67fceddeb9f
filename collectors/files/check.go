package files

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
)

var _ collectors.Checker = (*collector)(nil)

// Check says which files are there.
func (c *collector) Check(context.Context) []collectors.Finding {
	var list []collectors.Finding
	folders, gaps := local.Find(local.Where{Home: c.env.Home, Dir: c.env.Dir}, c.cfg.Paths, key, local.Options{Take: taken})
	for _, g := range gaps {
		list = append(list, collectors.Finding{What: g.What, Health: collectors.Broken, Detail: g.Why, Fix: "correct " + key})
	}
	for _, f := range folders {
		found := collectors.Finding{What: f.Name, Health: collectors.Healthy, Detail: fmt.Sprintf("%d files; read on this machine, nothing is sent", len(f.Files))}
		switch {
		case len(f.Files) == 0:
			found.Health, found.Detail, found.Fix = collectors.Doubt, "no .jsonl, .ndjson, .csv or .tsv file", "put the export there, or correct "+key
		case len(f.Gaps) > 0:
			found.Health, found.Fix = collectors.Doubt, f.Gaps[0].What+": "+f.Gaps[0].Why
		}
		list = append(list, found)
	}
	return list
}

func encode(c cursor) string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // texts and numbers cannot fail
	}
	return string(b)
}
