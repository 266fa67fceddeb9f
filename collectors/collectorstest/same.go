package collectorstest

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// text is an item's content, whatever the zones of its times.
func text(it evidence.Item) string {
	utc(reflect.ValueOf(&it).Elem())
	b, err := json.Marshal(it)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

var timeType = reflect.TypeFor[time.Time]()

// utc sets the zone of all times in v, which is a copy but for what lies
// behind slices and pointers: those are copied as well.
func utc(v reflect.Value) {
	switch {
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(v.Interface().(time.Time).UTC()))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			utc(v.Field(i))
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(v.Elem())
		utc(p.Elem())
		v.Set(p)
	case v.Kind() == reflect.Slice && v.Len() > 0:
		s := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(s, v)
		for i := range s.Len() {
			utc(s.Index(i))
		}
		v.Set(s)
	}
}

func contents(items map[string]evidence.Item) map[string]string {
	m := map[string]string{}
	for id, it := range items {
		m[id] = text(it)
	}
	return m
}

func records(list []evidence.Record) map[string]string {
	m := map[string]string{}
	for _, r := range list {
		m[r.Item.ID] = text(r.Item)
		if !r.GoneAt.IsZero() {
			m[r.Item.ID] += " (gone)"
		}
	}
	return m
}

// compare reports what differs between two sets of items.
func compare(t testing.TB, where string, want, got map[string]string) {
	t.Helper()
	for id, w := range want {
		switch g, ok := got[id]; {
		case !ok:
			t.Errorf("%s: %s is lost", where, id)
		case g != w:
			t.Errorf("%s: %s differs\nwas %s\nis  %s", where, id, w, g)
		}
	}
	for id := range got {
		if _, ok := want[id]; !ok {
			t.Errorf("%s: %s is new", where, id)
		}
	}
}
