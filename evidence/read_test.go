package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// full has every field of the interchange format.
const full = `{"id":"github:acme/api#12","source":"github","kind":"pull_request","title":"Cache the tokenizer <b>","text":"...",` +
	`"url":"https://github.com/acme/api/pull/12","place":"acme/api","private":true,"author":{"name":"Robin Vale","login":"robin-v","email":"robin@example.org"},` +
	`"acts":[{"at":"2026-02-03T09:14:00Z","verb":"opened"},{"at":"2026-02-04T11:30:00Z","verb":"commented","text":"why","context":"@@","url":"https://github.com/acme/api/pull/12#c1","seconds":60}],` +
	`"outcome":{"state":"merged","at":"2026-02-05T16:02:11Z","by":"ana-d","figures":[{"name":"night pages","before":41,"after":12,"unit":"a week","from":"on-call log"}]},` +
	`"people":[{"login":"ana-d","role":"reviewer","at":"2026-02-04T10:00:00Z"}],"labels":["performance"],"paths":["internal/tok/cache.go"],"links":["ML-231"],` +
	`"size":{"additions":120,"deletions":14,"files":3,"comments":5},` +
	`"flow":{"created":"2026-02-01T00:00:00Z","moves":[{"at":"2026-02-02T00:00:00Z","from":"Doing","to":"Review","by":"robin-v","how":"event"}],` +
	`"estimate":{"value":3,"unit":"points"},"dates":[{"at":"2026-02-01T00:00:00Z","due":"2026-02-10","by":"robin-v"},{"at":"2026-02-02T00:00:00Z"}],` +
	`"flagged":[{"from":"2026-02-01T00:00:00Z","to":"2026-02-02T00:00:00Z"},{"from":"2026-02-03T00:00:00Z"}],` +
	`"meanings":{"Doing":"in_progress","Review":"waiting"},` +
	`"boards":[{"name":"Models","url":"https://github.com/orgs/acme/projects/7","columns":[{"name":"Doing","statuses":["Doing","Review"],"limit":3}]}],` +
	`"sprints":[{"name":"Sprint 7","from":"2026-02-01T00:00:00Z","to":"2026-02-14T00:00:00Z","closed":"2026-02-15T00:00:00Z","added":"2026-02-02T00:00:00Z","removed":"2026-02-03T00:00:00Z"}]}}`

func TestWriteAndReadRoundTrip(t *testing.T) {
	it, err := Decode([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, slices.Values([]Item{it, it})); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != full+"\n"+full+"\n" {
		t.Errorf("written as\n%s\nnot\n%s", got, full)
	}
	for again, err := range Read(&b) {
		if err != nil || !reflect.DeepEqual(again, it) {
			t.Errorf("read back as %+v, %v", again, err)
		}
	}
}

// TestFullHasEveryField keeps the round trip honest when a field is added.
func TestFullHasEveryField(t *testing.T) {
	it, err := Decode([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	filled := make(map[string]bool) // by type and field; false while only zero ones were seen
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			walk(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				return
			}
			for i := range v.NumField() {
				name := v.Type().Name() + "." + v.Type().Field(i).Name
				filled[name] = filled[name] || !v.Field(i).IsZero()
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(it))
	for name, ok := range filled {
		if !ok {
			t.Errorf("full has no %s", name)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(full, from) {
			t.Fatalf("full lacks %s", from)
		}
		return strings.Replace(full, from, to, 1)
	}
	tests := []struct{ name, line, want string }{
		{"unknown field", change(`"title"`, `"titel"`), `unknown field "titel"`},
		{"unknown field inside", change(`"verb":"opened"`, `"verb":"opened","when":1`), `unknown field "when"`},
		{"wrong type", change(`"private":true`, `"private":"yes"`), "private"},
		{"bad time", change("2026-02-03T09:14:00Z", "2026-02-03"), "parsing time"},
		{"two values", full + full, "more than one value"},
		{"rubbish after", full + "x", "more than one value"},
		{"cut short", full[:len(full)-1], "unexpected EOF"},
		{"a list", "[]", "cannot unmarshal array"},
		{"null", "null", `id "" is not of the form`},
		{"no id", change(`"id":"github:acme/api#12"`, `"id":""`), "not of the form source:name"},
		{"id without a source", change(`"id":"github:acme/api#12"`, `"id":":12"`), "not of the form source:name"},
		{"id without a name", change(`"id":"github:acme/api#12"`, `"id":"github:"`), "not of the form source:name"},
		{"id with a space", change(`"id":"github:acme/api#12"`, `"id":"github:a b"`), "not of the form source:name"},
		{"id with a control character", change(`"id":"github:acme/api#12"`, `"id":"github:a\u007f"`), "not of the form source:name"},
		{"no source", change(`"source":"github"`, `"source":""`), "source is missing"},
		{"kind", change(`pull_request`, `pullrequest`), `kind "pullrequest" is none of`},
		{"url", change(`"url":"https://github.com/acme/api/pull/12"`, `"url":"/pull/12"`), `"/pull/12" is not absolute`},
		{"url that is none", change(`"url":"https://github.com/acme/api/pull/12"`, `"url":"http://[::1"`), "cannot be parsed"},
		{"verb", change(`"verb":"opened"`, `"verb":"open"`), `acts[0]: verb "open" is none of`},
		{"act without a time", change(`"at":"2026-02-03T09:14:00Z",`, ``), "acts[0]: at is missing"},
		{"act's url", change(`https://github.com/acme/api/pull/12#c1`, `c1`), `acts[1]: url: "c1" is not absolute`},
		{"meaning", change(`"waiting"`, `"sleeping"`), `flow.meanings["Review"]: "sleeping" is none of`},
		{"meaning of nothing", change(`"Review":"waiting"`, `"":"waiting"`), "the status is missing"},
		{"board's url", change(`https://github.com/orgs/acme/projects/7`, `projects/7`), `flow.boards[0]: url: "projects/7" is not absolute`},
		{"limit", change(`"limit":3`, `"limit":-3`), "limit -3 is negative"},
		{"sprint that ends before it begins", change(`"to":"2026-02-14`, `"to":"2026-01-14`), "flow.sprints[0]: it ends before"},
		{"sprint left before it was entered", change(`"removed":"2026-02-03`, `"removed":"2026-02-01`), "flow.sprints[0]"},
		{"state", change(`"state":"merged"`, `"state":"finished"`), `state "finished" is none of`},
		{"how", change(`"how":"event"`, `"how":"guess"`), `flow.moves[0]: how "guess"`},
		{"move without a goal", change(`"to":"Review"`, `"to":""`), "flow.moves[0]: at or to is missing"},
		{"due date", change(`"due":"2026-02-10"`, `"due":"2026-02-30"`), `flow.dates[0]: due "2026-02-30"`},
	}
	for _, tt := range tests {
		if _, err := Decode([]byte(tt.line)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	_, err := Decode([]byte(`{"id":"x","source":"","kind":"","title":"","acts":null}`))
	for _, want := range []string{"id", "source", "kind"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not all errors are told at once: %v", err)
		}
	}
}

func TestReadGoesOnAfterABadLine(t *testing.T) {
	in := "\ufeff" + full + "\n\n  \nnot json\r\n" + full + "\r\n" + full // the last line without its end
	var good int
	var bad []string
	for it, err := range Read(strings.NewReader(in)) {
		if err != nil {
			bad = append(bad, err.Error())
			continue
		}
		if it.ID != "github:acme/api#12" {
			t.Errorf("read %+v", it)
		}
		good++
	}
	if good != 3 || len(bad) != 1 || !strings.HasPrefix(bad[0], "line 4: ") {
		t.Errorf("%d items and errors %q, want 3 and one in line 4", good, bad)
	}
	for range Read(strings.NewReader(in)) {
		break // a consumer may stop
	}
}

func TestReadAndWriteReportTheirStream(t *testing.T) {
	broken := errors.New("broken pipe")
	var got error
	for _, err := range Read(io.MultiReader(strings.NewReader(full+"\n"), iotest.ErrReader(broken))) {
		got = err
	}
	if !errors.Is(got, broken) {
		t.Errorf("read: %v, want %v", got, broken)
	}
	it, _ := Decode([]byte(full))
	many := slices.Repeat([]Item{it}, 100) // more than the buffer holds
	if err := Write(failing{broken}, slices.Values(many)); !errors.Is(err, broken) {
		t.Errorf("write: %v, want %v", err, broken)
	}
	it.Flow.Estimate.Value = nan()
	if err := Write(io.Discard, slices.Values([]Item{it})); err == nil || !strings.Contains(err.Error(), it.ID) {
		t.Errorf("an item that JSON cannot hold: %v", err)
	}
}

type failing struct{ err error }

func (w failing) Write([]byte) (int, error) { return 0, w.err }

func nan() float64 { zero := 0.0; return zero / zero }

func FuzzDecode(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(`{"id":"a:b","source":"a","kind":"note","title":"","acts":[]}`))
	f.Add([]byte(`{"id":"a:\ud800","source":"\u0000","kind":"page","acts":null,"flow":{"estimate":{"value":1e309}}}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, line []byte) {
		it, err := Decode(line)
		if err != nil {
			return
		}
		b, err := json.Marshal(it)
		if err != nil {
			t.Fatalf("cannot be written again: %v", err) // a year beyond 9999 would
		}
		again, err := Decode(b)
		if err != nil || !reflect.DeepEqual(it, again) && !sameJSON(it, again) {
			t.Errorf("%s came back as %+v, %v", line, again, err)
		}
		Threads([]Item{it, again})
	})
}

// sameJSON compares as written: a time's zone may have another pointer.
func sameJSON(a, b Item) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}
