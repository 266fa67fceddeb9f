package collectorstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// toyConfig is the toy's part of dossier.yaml.
type toyConfig struct {
	Boards []int `yaml:"boards"`
}

// toy is a small collector that is right; its bends make it wrong, one at a
// time.
type toy struct {
	config toyConfig
	env    collectors.Env
	bend   bend
}

type bend struct {
	source  func(*collectors.Source)
	decode  func(collectors.Settings, *toyConfig) error
	made    func(*toy) error // in New
	ask     func(context.Context, *toy, string) context.Context
	page    func(*toy, *evidence.Batch)
	item    func(*toy, *evidence.Item)
	failed  func(out collectors.Sink, part string, err error) error // instead of a gap
	collect func(ctx context.Context, c *toy, out collectors.Sink) error
}

const canary = "canary-token-8c2f"

var toyPeriod = evidence.Period{
	From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	To:   time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
}

func toySource(b bend) collectors.Source {
	s := collectors.Source{Name: "toy", Title: "Toy", Badge: "TY", Config: toyConfig{},
		New: func(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
			c := &toy{env: env, bend: b}
			decode := func(s collectors.Settings, into *toyConfig) error { return s.Decode(into) }
			if b.decode != nil {
				decode = b.decode
			}
			if err := decode(settings, &c.config); err != nil {
				return nil, err
			}
			if b.made != nil {
				return c, b.made(c)
			}
			return c, nil
		}}
	if b.source != nil {
		b.source(&s)
	}
	return s
}

func (c *toy) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	if c.bend.collect != nil {
		return c.bend.collect(ctx, c, out)
	}
	return c.boards(ctx, out)
}

func (c *toy) boards(ctx context.Context, out collectors.Sink) error {
	for _, b := range c.config.Boards {
		part := fmt.Sprintf("board %d", b)
		err := c.board(ctx, b, part, out)
		var sign *collectors.SignInError
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &sign), errors.Is(err, errToyKeep):
			return err
		case c.bend.failed != nil:
			if err := c.bend.failed(out, part, err); err != nil {
				return err
			}
		default:
			out.Gap(part, evidence.Gap{What: part, Why: err.Error()})
		}
	}
	return nil
}

var errToyKeep = errors.New("keep")

// board reads one board page by page; the cursor is the next page's number.
func (c *toy) board(ctx context.Context, board int, part string, out collectors.Sink) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cursor, err := out.Cursor(ctx, part)
	if err != nil {
		return err
	}
	begin := cursor == ""
	if begin {
		cursor = "1"
	}
	for cursor != "" {
		query := fmt.Sprintf("/board/%d?page=%s", board, cursor)
		raw, err := c.get(ctx, "https://toy.test"+query)
		if err != nil {
			return err
		}
		var answer struct {
			Next  int
			Cards []json.RawMessage
		}
		if err := json.Unmarshal(raw, &answer); err != nil {
			return err
		}
		page := evidence.Batch{Part: part, Query: query, FetchedAt: c.env.Now(), Begin: begin, End: answer.Next == 0, Period: toyPeriod}
		cursor = ""
		if answer.Next > 0 {
			cursor = strconv.Itoa(answer.Next)
		}
		page.Cursor = cursor
		for _, card := range answer.Cards {
			it, err := c.card(card, board)
			if err != nil {
				out.Gap(part, evidence.Gap{What: "a card", Why: err.Error()})
				continue
			}
			page.Items = append(page.Items, evidence.Fetched{Item: it, Hash: evidence.Hash(card)})
		}
		if c.bend.page != nil {
			c.bend.page(c, &page)
		}
		if err := out.Keep(ctx, page); err != nil {
			return fmt.Errorf("%w: %w", errToyKeep, err)
		}
		begin = false
	}
	return nil
}

func (c *toy) card(raw []byte, board int) (evidence.Item, error) {
	var card struct {
		ID    int
		Title string
		At    time.Time
	}
	if err := json.Unmarshal(raw, &card); err != nil {
		return evidence.Item{}, err
	}
	it := evidence.Item{ID: fmt.Sprintf("toy:%d", card.ID), Source: "toy", Kind: evidence.Card, Title: card.Title,
		URL:  fmt.Sprintf("https://toy.test/card/%d", card.ID),
		Acts: []evidence.Act{{At: card.At, Verb: evidence.Created}, {At: card.At.Add(time.Hour), Verb: evidence.Moved}}}
	if c.bend.item != nil {
		c.bend.item(c, &it)
	}
	return it, nil
}

func (c *toy) get(ctx context.Context, url string) ([]byte, error) {
	if c.bend.ask != nil {
		ctx = c.bend.ask(ctx, c, url)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.env.Getenv("TOY_TOKEN"))
	resp, err := c.env.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return io.ReadAll(resp.Body)
	case http.StatusUnauthorized:
		return nil, &collectors.SignInError{Why: "401", Hint: "set TOY_TOKEN"}
	}
	return nil, errors.New(resp.Status)
}

func toyCase(b bend) Case {
	return Case{
		Source:   toySource(b),
		Settings: "boards: [1, 2]",
		Env:      toyEnv("testdata/toy.txt"),
		Period:   toyPeriod,
		Secrets:  []string{canary},
		Breaks: []Break{
			{Name: "one board is gone", Parts: []string{"board 1"}, Do: func(t testing.TB, env *collectors.Env) {
				env.HTTP = Open(t, "testdata/toy-404.txt").Client()
			}},
			{Name: "signed out", SignIn: true, Do: func(t testing.TB, env *collectors.Env) {
				env.HTTP = Text(t, "-- GET https://toy.test/board/1?page=1 --\nHTTP 401\n").Client()
			}},
		},
	}
}

func toyEnv(file string) func(t testing.TB) collectors.Env {
	return func(t testing.TB) collectors.Env {
		return collectors.Env{
			HTTP: Open(t, file).Client(),
			Getenv: func(name string) string {
				if name == "TOY_TOKEN" {
					return canary
				}
				return ""
			},
		}
	}
}
