package github

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/dossier-report/dossier/evidence"
)

// opened are n seconds of the half year.
func opened(n int) []int64 {
	at := make([]int64, n)
	for i := range at {
		at[i] = half.From.Unix() + int64(i)*1000
	}
	return at
}

func TestF19PageThatTheServerHasNoTimeForIsAskedTwiceAndHalved(t *testing.T) {
	for _, code := range []int{http.StatusBadGateway, http.StatusGatewayTimeout} {
		synctest.Test(t, func(t *testing.T) {
			m := &model{at: opened(40)}
			server := &answering{}
			server.graph = func(op string, vars map[string]any) (int, string) {
				if n, ok := vars["n"].(float64); ok && op == "PullRequests" && n > 6 {
					return code, `{"message": "We couldn't respond to your request in time."}`
				}
				return m.graph(op, vars)
			}
			got := collect(t, server, "", nil)
			if n := len(got.keeper.Items()); n != 40 || got.Coverage.State != evidence.Complete {
				t.Errorf("%d: %d of 40 found, %s: %s", code, n, got.Coverage.State, got.Coverage.Why)
			}
			if n := count1(server.asked, "PullRequests"); n != 2+2+7 { // 25 and 12 twice each, then 7 pages of 6
				t.Errorf("%d: %d requests", code, n)
			}
		})
	}
}

func TestF19OneResultThatTheServerHasNoTimeForIsAskedFiveTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &model{at: opened(3)}
		server := &answering{}
		server.graph = func(op string, vars map[string]any) (int, string) {
			if op == "PullRequests" && vars["after"] == nil {
				return http.StatusBadGateway, ""
			}
			return m.graph(op, vars)
		}
		got := collect(t, server, "", nil)
		if n := len(got.keeper.Items()); n != 2 || !has(got.gaps(openedPart, false), "pull/1: it is too much") {
			t.Errorf("%d of 3 found, gaps %q", n, got.gaps(openedPart, false))
		}
		if n := count1(server.asked, "PullRequests"); n != 2*4+5+2 { // 25, 12, 6, 3 twice each, 1 five times, and the two others
			t.Errorf("%d requests", n)
		}
	})
}

func TestF11FaultOfChanceDoesNotHalveThePage(t *testing.T) {
	for _, faults := range []int{1, 4} {
		for name, fault := range map[string]func(*http.Request) (*http.Response, error){
			"500":   func(req *http.Request) (*http.Response, error) { return respond(req, 500, "{}"), nil },
			"reset": func(*http.Request) (*http.Response, error) { return nil, errors.New("connection reset by peer") },
		} {
			synctest.Test(t, func(t *testing.T) {
				inner := &answering{graph: (&model{at: opened(40)}).graph}
				left, sizes := faults, 0
				server := roundTrip(func(req *http.Request) (*http.Response, error) {
					resp, err := inner.RoundTrip(req)
					if err == nil && inner.asked[len(inner.asked)-1] == "PullRequests" {
						if sizes++; left > 0 {
							left--
							return fault(req)
						}
					}
					return resp, err
				})
				got := collect(t, server, "", nil)
				if n := len(got.keeper.Items()); n != 40 || got.Coverage.State != evidence.Complete || sizes != faults+2 {
					t.Errorf("%d times %s: %d of 40 found in %d requests, %s: %s", faults, name, n, sizes, got.Coverage.State, got.Coverage.Why)
				}
			})
		}
	}
}
