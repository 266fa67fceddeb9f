// Package analysis makes figures from evidence: where work waited, what was
// proposed, what changed, and whether dates held.
//
// [Flow] builds one model of the work items on the boards and runs every
// analysis in THE list (list.go) on it. The same input gives the same result,
// byte for byte in JSON: chance is seeded from the input. Nothing here reads a
// clock, and nothing asks who was fast: figures describe a system.
//
// # Definitions
//
// Lead time is created to done; cycle time first in progress to done; a stay is
// an unbroken time in one status, and all stays of an item together are its lead
// time. An item that never was in progress and did wait starts with its first
// wait. Work in progress is what has started and is not done. A reopened item
// is done when it was done last.
//
// Days are civil days of the zone: from 9:00 to 9:00 tomorrow is one day, also
// in the night in which clocks change. With a working calendar the days off
// count nothing. Fractions are kept; rounding is for print.
//
// A percentile is the nearest rank: the smallest value that at least so many
// per cent do not exceed (definition 1 of Hyndman and Fan, Sample Quantiles in
// Statistical Packages, The American Statistician 50, 1996). So "85 % finished
// within 9 days" is true of the very items, and the 9 days are one item's.
package analysis

import (
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Input is all that figures are made from.
type Input struct {
	// Items are the person's, and what only flows over their boards; each id
	// once. The order does not matter.
	Items []evidence.Item
	// Period is the window; an end that is open is where the items begin, or Now.
	Period evidence.Period
	Zone   *time.Location // in which days are counted; nil means UTC
	Now    time.Time      // what is open is open until now or the end of Period, whichever is first
	Self   evidence.Identity

	Settings Settings
	// Left is how many items the forecast is about; 0 for all that are open.
	Left int
}

// Settings are what the person says about their boards.
type Settings struct {
	// States says what a status means, whatever a tracker says; case does not
	// matter.
	States   map[string]evidence.WorkState
	Calendar Calendar
	Changes  []Change
	// Boards are the names or addresses of the boards to use, and places
	// (projects, repositories) for items on none. None means all.
	Boards []string
}

// Change is something that the person changed in how work is done.
type Change struct {
	On    string `json:"on"` // the day, YYYY-MM-DD, from whose first moment it counts as after
	Title string `json:"title"`
	Item  string `json:"item,omitempty"` // id, key or address of the item about it
}

// Figure is what stands under every result.
type Figure struct {
	N       int       `json:"n"`       // how many values it is made from
	From    time.Time `json:"from"`    // the window, UTC
	To      time.Time `json:"to"`      // excluded
	Sources []string  `json:"sources"` // ids of the items that it is made from
	Caveats []string  `json:"caveats,omitempty"`
	// Why says why the figure is not to be drawn: what is missing to its
	// floor. Its values may be there all the same. Empty when it may be drawn.
	Why string `json:"why,omitempty"`
}

// Drawn reports whether the figure reaches its floor.
func (f *Figure) Drawn() bool { return f.Why == "" }

// Result is every figure of a flow.
type Result struct {
	From  time.Time `json:"from"` // the window, UTC
	To    time.Time `json:"to"`   // excluded; what is open is open until then
	Zone  string    `json:"zone"`
	Today string    `json:"today"` // the last day of the window, YYYY-MM-DD

	Days     string   `json:"days"`     // what a day is: "calendar days", "working days"
	Boards   []string `json:"boards"`   // names of the boards that were used
	Statuses []Status `json:"statuses"` // in the order of work
	Items    int      `json:"items"`    // work items in the window
	Finished int      `json:"finished"` // of these, finished in it
	Sources  []string `json:"sources"`  // names of the sources that the history is from

	LeadTime       Spread         `json:"lead_time"`
	CycleTime      Spread         `json:"cycle_time"`
	Throughput     Throughput     `json:"throughput"`
	WIP            WIP            `json:"wip"`
	TimeInStatus   TimeInStatus   `json:"time_in_status"`
	Efficiency     Efficiency     `json:"efficiency"`
	CumulativeFlow CumulativeFlow `json:"cumulative_flow"`
	Age            Age            `json:"age"`
	ReviewWait     ReviewWait     `json:"review_wait"`
	Blocked        Blocked        `json:"blocked"`
	Arrivals       Arrivals       `json:"arrivals"`
	CarryOver      CarryOver      `json:"carry_over"`
	Changes        []BeforeAfter  `json:"changes"` // by date
	Bottleneck     Bottleneck     `json:"bottleneck"`
	Facts          []Fact         `json:"facts"` // the four that prove a bottleneck was explored
	Proposals      Proposals      `json:"proposals"`
	Backlog        Backlog        `json:"backlog"`
	Forecast       Forecast       `json:"forecast"`
	Quality        Quality        `json:"quality"`
}

// Status is a status with what it means.
type Status struct {
	Name  string             `json:"name"`
	State evidence.WorkState `json:"state"`
	By    Meant              `json:"by"`
	Items int                `json:"items"` // that were in it in the window
}

// Meant says how it is known what a status means.
type Meant string

// The ways to know what a status means, the surest first.
const (
	BySettings Meant = "settings" // the person says so
	ByTracker  Meant = "tracker"  // the tracker says so
	ByName     Meant = "name"     // the tracker says in progress, the name says waiting
	ByColumn   Meant = "column"   // from its place on the board
	ByGuess    Meant = "guess"    // from its name alone
)
