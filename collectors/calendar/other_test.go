package calendar

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"
)

// What another program (emersion/go-ical) writes is read as it was meant, whatever
// signs titles hold and wherever lines are folded.
func TestCalendarsOfAnotherProgramAreRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cal := ical.NewCalendar()
		cal.Props.SetText(ical.PropVersion, "2.0")
		cal.Props.SetText(ical.PropProductID, "-//test//EN")
		want := map[string]string{}
		for i := range rapid.IntRange(1, 5).Draw(rt, "events") {
			uid := fmt.Sprintf("e%d@x", i)
			title := "x" + rapid.StringOfN(rapid.RuneFrom([]rune("ab;:,\\\"é漢 <=")), 0, 90, -1).Draw(rt, "title") + "x"
			e := ical.NewEvent()
			e.Props.SetText(ical.PropUID, uid)
			e.Props.SetDateTime(ical.PropDateTimeStamp, noon())
			start := time.Date(2026, 3, 3, 17, i, 0, 0, time.UTC)
			e.Props.SetDateTime(ical.PropDateTimeStart, start)
			e.Props.SetText(ical.PropSummary, title)
			cal.Children = append(cal.Children, e.Component)
			want["calendar:"+uid] = titled(title) + " " + start.Format("2006-01-02T15:04")
		}
		var b bytes.Buffer
		if err := ical.NewEncoder(&b).Encode(cal); err != nil {
			rt.Fatal(err)
		}
		h := fromText(t, "", "a.ics", b.String())
		for id, w := range want {
			it, ok := h.items[id]
			if got := it.Title + " " + ats(it); !ok || got != w {
				rt.Fatalf("%s is %q, not %q; in\n%s", id, got, w, b.String())
			}
		}
		if len(h.items) != len(want) {
			rt.Fatalf("there are %q", h.ids())
		}
	})
}
