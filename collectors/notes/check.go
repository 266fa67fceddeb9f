package notes

import (
	"context"
	"fmt"

	"github.com/dossier-report/dossier/collectors"
)

var _ collectors.Checker = (*collector)(nil)

// Check says which vaults are there.
func (c *collector) Check(context.Context) []collectors.Finding {
	var list []collectors.Finding
	vaults, gaps := c.find()
	for _, g := range gaps {
		list = append(list, collectors.Finding{What: g.What, Health: collectors.Broken, Detail: g.Why, Fix: "correct " + key})
	}
	for _, v := range vaults {
		found := collectors.Finding{What: v.Name, Health: collectors.Healthy,
			Detail: fmt.Sprintf("%d notes; read on this machine, nothing is sent; notes tagged %s are left out", len(v.Files), tagList(c.cfg.ExcludeTags))}
		switch {
		case len(v.Files) == 0:
			found.Health, found.Detail, found.Fix = collectors.Doubt, "no .md file", "correct "+key
		case len(v.Gaps) > 0:
			found.Health, found.Fix = collectors.Doubt, v.Gaps[0].What+": "+v.Gaps[0].Why
		}
		list = append(list, found)
	}
	return list
}

func tagList(tags []string) string {
	out := ""
	for i, t := range tags {
		if i > 0 {
			out += ", "
		}
		out += "#" + t
	}
	if out == "" {
		return "with nothing"
	}
	return out
}
