package analysis

import (
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// BeforeAfter is finished items before and after a dated change. On one team
// that is no controlled trial, and a caveat says so.
type BeforeAfter struct {
	Figure
	Change
	ItemID string `json:"item_id,omitempty"` // of the item about the change, where it is there
	Owner  string `json:"owner,omitempty"`   // of that item: who was given it, else who wrote it
	Mine   bool   `json:"mine"`              // the owner is the person

	At     time.Time `json:"at"` // first moment of the day
	Before Side      `json:"before"`
	After  Side      `json:"after"`

	// Status is the waiting status with the largest share before the change.
	Status   string   `json:"status,omitempty"`
	Wait     Effect   `json:"wait"`      // mean days in Status
	CycleP50 Effect   `json:"cycle_p50"` // days
	CycleP85 Effect   `json:"cycle_p85"`
	Counters []Effect `json:"counters"` // counter-measures as shares: sent back or reopened, and each of the two
	// NoWorse says that the first counter-measure's share is no larger after.
	NoWorse bool `json:"no_worse"`
}

// Side is the items finished on one side of a change.
type Side struct {
	N          int          `json:"n"`
	From       time.Time    `json:"from"`
	To         time.Time    `json:"to"`
	Items      []string     `json:"items"`
	P50        float64      `json:"p50"` // of the cycle time
	P85        float64      `json:"p85"`
	P95        float64      `json:"p95"`
	Mean       float64      `json:"mean"`
	Statuses   []StatusTime `json:"statuses"`
	Begun      float64      `json:"begun"` // mean days begun and not done
	Efficiency float64      `json:"efficiency"`
	PerWeek    float64      `json:"per_week"` // items finished a week
}

// Effect is a value before and after, with an interval for the difference.
type Effect struct {
	Name   string  `json:"name"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// Low and High bound after minus before: the percentile bootstrap's 95 %
	// interval, 2,000 resamples a side (Efron and Tibshirani, An Introduction
	// to the Bootstrap, 1993, chapter 13).
	Low   float64  `json:"low"`
	High  float64  `json:"high"`
	Unit  string   `json:"unit"`            // "days", "share"
	Of    []int    `json:"of,omitempty"`    // counts behind shares: before, after
	Items []string `json:"items,omitempty"` // that the counts count
}

// Bottleneck is where work waited most.
type Bottleneck struct {
	Figure
	Status  string        `json:"status,omitempty"`
	Share   float64       `json:"share"`   // of the begun time of the items
	Mean    float64       `json:"mean"`    // days an item
	Ranked  []StatusShare `json:"ranked"`  // every waiting status, the largest first
	Months  []MonthShare  `json:"months"`  // of Status, over time
	Longest []ItemDays    `json:"longest"` // the items that waited longest in it
}

// StatusShare is one waiting status.
type StatusShare struct {
	Status string  `json:"status"`
	Share  float64 `json:"share"`
	Mean   float64 `json:"mean"`
}

// MonthShare is the share of the items finished in a month.
type MonthShare struct {
	Month string  `json:"month"` // YYYY-MM
	N     int     `json:"n"`
	Share float64 `json:"share"`
	Mean  float64 `json:"mean"`
}

// Fact is one of the four linked facts that prove that a bottleneck was
// explored: "study", "wait", "change", "effect", in this order.
type Fact struct {
	Name    string   `json:"name"`
	Present bool     `json:"present"`
	Text    string   `json:"text"` // what is there, or what is missing; rounded, for print
	Items   []string `json:"items"`
}

// Proposals are the dates that the person wrote down for work items.
type Proposals struct {
	Figure
	List []Proposal `json:"list"` // by first date
	Hits int        `json:"hits"` // delivered on or before the first date
	Late int        `json:"late"` // delivered after it, or not delivered and past it
	Open int        `json:"open"` // not delivered, and the date is not past
	// Noticed counts the late ones with a new date given before the old one
	// had passed.
	Noticed int `json:"noticed"`
}

// Proposal is the first date that the person wrote down for a work item, and
// what became of it.
type Proposal struct {
	Item      string    `json:"item"`
	Key       string    `json:"key,omitempty"`
	Title     string    `json:"title"`
	Due       string    `json:"due"`             // YYYY-MM-DD, the first one
	At        time.Time `json:"at"`              // when it was written
	By        string    `json:"by"`              // where it stood: "due date", "act", "text"
	From      string    `json:"from"`            // id of the item in which it stood
	Quote     string    `json:"quote,omitempty"` // the words around a date in a text
	Plans     []Replan  `json:"replans"`
	Ahead     int       `json:"ahead"`               // days from writing to the date
	Delivered string    `json:"delivered,omitempty"` // YYYY-MM-DD
	Slip      int       `json:"slip"`                // days from Due to Delivered, or to the end of the window when late and open
	Verdict   string    `json:"verdict"`             // hit, late, open, dropped
	Notice    int       `json:"notice"`              // of the first re-plan, days; 0 without
}

// Replan is a later date for the same item.
type Replan struct {
	At     time.Time `json:"at"`
	Due    string    `json:"due"`
	From   string    `json:"from"`
	Notice int       `json:"notice"` // days from the day it was given to the date that it replaced; negative when that had passed
}

// Backlog is the tickets and issues that the person wrote in the window, and
// what became of them.
type Backlog struct {
	Figure
	List      []Created `json:"list"`
	Taken     int       `json:"taken"`     // started, by anybody
	ByOthers  int       `json:"by_others"` // taken up by somebody else
	Done      int       `json:"done"`
	Dropped   int       `json:"dropped"`
	Open      int       `json:"open"`
	Estimated int       `json:"estimated"`
	For       int       `json:"for_bottleneck"` // written for the bottleneck
	// Estimates are by value, for those done with an estimate.
	Estimates []EstimateRow `json:"estimates"`
}

// Created is one ticket or issue that the person wrote.
type Created struct {
	Item     string             `json:"item"`
	Key      string             `json:"key,omitempty"`
	Title    string             `json:"title"`
	At       time.Time          `json:"at"`
	Became   string             `json:"became"`          // done, dropped, in_progress, waiting, to_do
	By       string             `json:"by,omitempty"`    // who took it up: a login; empty for nobody or not known
	Mine     bool               `json:"mine"`            // the person took it up
	Days     float64            `json:"days"`            // created to done or dropped, or until the end of the window
	Cycle    float64            `json:"cycle,omitempty"` // started to done
	Estimate *evidence.Estimate `json:"estimate,omitempty"`
	For      bool               `json:"for_bottleneck"`
	Reason   string             `json:"reason,omitempty"` // why it counts as written for the bottleneck
}

// EstimateRow is how items of one estimate turned out.
type EstimateRow struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	N     int     `json:"n"`
	P50   float64 `json:"p50"` // cycle time in days
	P85   float64 `json:"p85"`
}

// Forecast is when the items left are done, from the weekly throughput of the
// window: whole weeks drawn with replacement until nothing is left.
type Forecast struct {
	Figure
	Left  int            `json:"left"`
	Runs  int            `json:"runs"`
	Weeks []int          `json:"weeks"`         // the throughput drawn from
	P50   string         `json:"p50,omitempty"` // days, YYYY-MM-DD: half of the runs are done by then
	P85   string         `json:"p85,omitempty"`
	Ends  []ForecastWeek `json:"ends"`
	Seed  string         `json:"seed"` // of the chance, hexadecimal
}

// ForecastWeek is how many runs end in a week.
type ForecastWeek struct {
	Day   string  `json:"day"` // its last day, a Sunday
	Runs  int     `json:"runs"`
	Share float64 `json:"share"` // 0 to 1
	Upto  float64 `json:"upto"`  // of this week and those before it
}

// Quality counts what makes such figures lie. An item may be counted in
// several.
type Quality struct {
	Counts []Count `json:"counts"` // those that are not zero, in a fixed order
	Stays  Stays   `json:"stays"`  // all stays of the window by how they are known
	Limits string  `json:"limits"` // one line for the foot of a page
	// Unused are the statuses of the settings in which no item of the window
	// was: a misspelt one says nothing by itself.
	Unused []string `json:"unused_states,omitempty"`
}

// Count is one kind of problem.
type Count struct {
	Name  string   `json:"name"` // no_start, done_without_moves, reopened, ...
	N     int      `json:"n"`
	Text  string   `json:"text"` // "6 items without a start date"
	Items []string `json:"items,omitempty"`
	Left  bool     `json:"left_out,omitempty"` // the items are left out of times
}
