package analysis

import (
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Spread is a distribution of times of finished items, in days.
type Spread struct {
	Figure
	P50    float64 `json:"p50"`
	P85    float64 `json:"p85"`
	P95    float64 `json:"p95"`
	Mean   float64 `json:"mean"`
	Points []Point `json:"points"` // by date
}

// Point is one item's time. Here and below the title is empty for an item in
// which the person had no part: others' words are not theirs to print.
type Point struct {
	Item  string    `json:"item"`
	Title string    `json:"title,omitempty"`
	At    time.Time `json:"at"` // when it was done
	Days  float64   `json:"days"`
	How   Known     `json:"how"`
}

// Known says how surely a time is known: by the least sure of the moves that
// it is made from.
type Known = evidence.How

// Week is a count of a week, which begins on Monday. One that the window cuts
// is Partial.
type Week struct {
	Day     string `json:"day"` // its Monday, YYYY-MM-DD
	Count   int    `json:"count"`
	Partial bool   `json:"partial,omitempty"`
}

// Throughput is how many items were finished in each week.
type Throughput struct {
	Figure
	Weeks  []Week  `json:"weeks"`
	Median float64 `json:"median"` // of the whole weeks
	Mean   float64 `json:"mean"`
}

// WIP is how many items were in progress at the end of each day.
type WIP struct {
	Figure
	Days    []Day   `json:"days"`
	Average float64 `json:"average"` // over time, not over days
	Max     int     `json:"max"`
	MaxDay  string  `json:"max_day,omitempty"`
}

// Day is a count at the end of a day.
type Day struct {
	Day   string `json:"day"` // YYYY-MM-DD
	Count int    `json:"count"`
}

// TimeInStatus is how long finished items stayed in each status.
type TimeInStatus struct {
	Figure
	Statuses []StatusTime `json:"statuses"` // in the order of work
	Lead     float64      `json:"lead"`     // mean days, all statuses together
	Begun    float64      `json:"begun"`    // mean days in statuses that are in progress or waiting
}

// StatusTime is the time that finished items spent in one status.
type StatusTime struct {
	Status string             `json:"status"`
	State  evidence.WorkState `json:"state"`
	Mean   float64            `json:"mean"`   // days, over all n items, those that skipped it too
	Median float64            `json:"median"` // days, over the items that were in it
	P85    float64            `json:"p85"`
	Items  int                `json:"items"` // that were in it
	Share  float64            `json:"share"` // of the begun time; 0 to 1, and 0 for a status of what is to do
	Known  Stays              `json:"known"`
}

// Stays counts stays by how they are known.
type Stays struct {
	Event    int `json:"event"`
	Snapshot int `json:"snapshot,omitempty"`
	Current  int `json:"current,omitempty"`
}

// Efficiency is the share of the cycle time in which somebody worked on the
// item: in progress and not blocked.
type Efficiency struct {
	Figure
	Share   float64 `json:"share"`   // 0 to 1, of all the items' time together
	Working float64 `json:"working"` // days, the sum
	Waiting float64 `json:"waiting"` // days in waiting statuses
	Blocked float64 `json:"blocked"` // days flagged while in progress
	Idle    float64 `json:"idle"`    // days put back to what is to do
}

// CumulativeFlow is how many items stood in each status at the end of each week.
type CumulativeFlow struct {
	Figure
	Weeks  []string `json:"weeks"`  // last days, YYYY-MM-DD, the last one of the window
	Layers []Layer  `json:"layers"` // in the order of work, what is done last
	Widest *Widest  `json:"widest,omitempty"`
}

// Layer is one status of a cumulative flow. What is done counts from the
// start of the window.
type Layer struct {
	Status string             `json:"status"`
	State  evidence.WorkState `json:"state"`
	Counts []int              `json:"counts"` // by week
}

// Widest is the longest queue.
type Widest struct {
	Status string   `json:"status"`
	Week   int      `json:"week"` // index into Weeks
	Day    string   `json:"day"`
	Count  int      `json:"count"`
	Items  []string `json:"items"` // that stood in it then
}

// Age is how old the work in progress is, against what is usual.
type Age struct {
	Figure
	P50      float64     `json:"p50"` // cycle times of finished items
	P85      float64     `json:"p85"`
	Statuses []AgeStatus `json:"statuses"` // in the order of work
	Items    []Ageing    `json:"items"`    // what is in progress, the oldest first
	Over     int         `json:"over"`     // older than 85 % of the finished items were when they left that status
}

// AgeStatus is how old finished items were when they left a status for the
// last time.
type AgeStatus struct {
	Status string             `json:"status"`
	State  evidence.WorkState `json:"state"`
	N      int                `json:"n"`
	P50    float64            `json:"p50"`
	P85    float64            `json:"p85"`
}

// Ageing is an item in progress.
type Ageing struct {
	Item    string             `json:"item"`
	Key     string             `json:"key,omitempty"` // short name: ML-231, #12
	Title   string             `json:"title,omitempty"`
	Status  string             `json:"status"`
	State   evidence.WorkState `json:"state"`
	Started time.Time          `json:"started"`
	Days    float64            `json:"days"`    // since it was started
	Here    float64            `json:"here"`    // since it came to this status
	Over    bool               `json:"over"`    // older than the status's P85, or the cycle time's where that has too few
	Blocked bool               `json:"blocked"` // flagged now
	Mine    bool               `json:"mine"`    // the person's own
	How     Known              `json:"how"`
}

// ReviewWait is how long pull requests waited for a review.
type ReviewWait struct {
	Figure
	Mine Wait `json:"mine"`  // the person's pull requests, for their first review
	Team Wait `json:"team"`  // others' pull requests
	ByMe Wait `json:"by_me"` // others' pull requests, for the person's first review
	// Rounds are by number, the first one too, over everybody's pull requests.
	Rounds []Wait `json:"rounds"`
}

// Wait is a distribution of waits, in days.
type Wait struct {
	N      int        `json:"n"`
	P50    float64    `json:"p50"`
	P85    float64    `json:"p85"`
	Mean   float64    `json:"mean"`
	Open   int        `json:"open"` // still waiting at the end of the window
	Items  []ItemDays `json:"items"`
	Caveat string     `json:"caveat,omitempty"`
}

// ItemDays is an item with a number of days.
type ItemDays struct {
	Item  string  `json:"item"`
	Key   string  `json:"key,omitempty"`
	Title string  `json:"title,omitempty"`
	Days  float64 `json:"days"`
}

// Blocked is how long items in progress were flagged.
type Blocked struct {
	Figure
	Days  float64    `json:"days"`  // the sum, in the window
	Share float64    `json:"share"` // of the items' time in progress in the window; 0 to 1
	Items []ItemDays `json:"items"` // the longest first
	Now   []string   `json:"now"`   // ids of those flagged at the end
}

// Arrivals is what came against what went.
type Arrivals struct {
	Figure
	Weeks   []ArrivalWeek `json:"weeks"`
	Created int           `json:"created"`
	Started int           `json:"started"`
	Done    int           `json:"done"`
	Dropped int           `json:"dropped"`
}

// ArrivalWeek is one week's.
type ArrivalWeek struct {
	Day     string `json:"day"` // Monday, YYYY-MM-DD
	Created int    `json:"created"`
	Started int    `json:"started"`
	Done    int    `json:"done"`
	Dropped int    `json:"dropped"`
	Open    int    `json:"open"` // at the week's end, begun or not
	Partial bool   `json:"partial,omitempty"`
}

// CarryOver is what sprints did not finish.
type CarryOver struct {
	Figure                // N counts sprints
	Sprints []SprintCarry `json:"sprints"`
	Share   float64       `json:"share"` // carried over of planned, over all sprints
}

// SprintCarry is one sprint's.
type SprintCarry struct {
	Name    string    `json:"name"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to"`      // when it was closed
	Planned int       `json:"planned"` // in it when it began
	Added   int       `json:"added"`   // put into it later
	Removed int       `json:"removed"` // taken out before the end
	Done    int       `json:"done"`    // of those in it at the end
	Carried []string  `json:"carried"` // ids of those in it at the end and not done
}
