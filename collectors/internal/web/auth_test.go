package web

import (
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// selfMade sets credentials as a client might of its own accord.
func selfMade(req *http.Request) {
	for _, name := range []string{"Authorization", "Cookie", "Private-Token", "X-Auth-Token", "X-Api-Key", "Proxy-Authorization"} {
		req.Header.Set(name, canary)
	}
	req.URL.User = url.UserPassword("me", canary)
}

func hasSecret(req *http.Request) bool {
	return strings.Contains(fmt.Sprint(req.Header, req.URL.User, req.Host), "CANARY") ||
		req.Header.Get("Authorization") != ""
}

func TestT38CredentialsGoToTheirOwnOriginOnly(t *testing.T) {
	for _, tt := range []struct {
		address string
		signed  bool
	}{
		{"https://api.test/x", true},
		{"https://api.test:443/x", true},
		{"https://API.test/x", true},
		{"http://api.test/x", false},
		{"https://api.test:8443/x", false},
		{"http://api.test:443/x", false},
		{"https://evil.api.test/x", false},
		{"https://test/x", false},
		{"https://api.test.evil.test/x", false},
		{"https://evil.test/https://api.test/", false},
		{"https://api.test@evil.test/x", false},
		{"https://api.test./x", false},
	} {
		for _, sign := range signing {
			s := &server{answers: []answer{good}}
			tr := s.transport(Options{Auth: map[Origin]Auth{"https://api.test": sign.auth}})
			req, err := http.NewRequest("GET", tt.address, nil)
			if err != nil {
				t.Fatal(err)
			}
			selfMade(req)
			req.Host = "api.test"
			if _, err := tr.Client().Do(req); err != nil {
				t.Fatal(err)
			}
			got := s.reqs[0]
			if got.Host != "" {
				t.Errorf("%s names the host %q", tt.address, got.Host)
			}
			if tt.signed {
				if got.Header.Get(sign.field) != sign.value || len(got.Header) != 2 && len(got.Header) != 1 {
					t.Errorf("%s to %s: sent %v", sign.name, tt.address, got.Header)
				}
				continue
			}
			if hasSecret(got) {
				t.Errorf("%s to %s: leaked %v", sign.name, tt.address, got.Header)
			}
		}
	}
}

func TestT38NoRedirectLeadsToAnotherOrigin(t *testing.T) {
	for _, to := range []string{
		"https://evil.test/x", "http://api.test/x", "https://api.test:8443/x", "https://sub.api.test/x", "//evil.test/x", "https://api.test@evil.test/",
	} {
		for _, status := range []string{"301", "302", "303", "307", "308"} {
			s := &server{answers: []answer{answer(status + " Location=" + to), good}}
			tr := s.transport(Options{Auth: map[Origin]Auth{api: Bearer(canary)}})
			_, _, err := get(t.Context(), tr, api+"/x")
			if e := as[*RedirectError](t, err); len(s.at) != 1 || e.From != "https://api.test:443" || !strings.Contains(err.Error(), "not followed, it is another server\n") {
				t.Errorf("%s to %s: %d requests, %v", status, to, len(s.at), err)
			}
			// A client that follows whatever it is told.
			s = &server{answers: s.answers}
			careless := &http.Client{Transport: s.transport(Options{Auth: map[Origin]Auth{api: Bearer(canary)}})}
			resp, err := careless.Get(api + "/x")
			if as[*RedirectError](t, err); len(s.at) != 1 {
				t.Errorf("%s to %s: %d requests, %v", status, to, len(s.at), resp)
			}
		}
	}
}

func TestT38TheClientItselfRefusesBeforeItSends(t *testing.T) {
	here, _ := http.NewRequest("GET", api+"/x", nil)
	there, _ := http.NewRequest("GET", "https://evil.test/x", nil)
	tr := New(Options{Now: time.Now})
	as[*RedirectError](t, tr.Client().CheckRedirect(there, []*http.Request{here}))
}

func TestARequestIsSentAsTheBaseCanReadItsAnswer(t *testing.T) {
	s := &server{answers: []answer{good}}
	req, _ := http.NewRequest("GET", api+"/x", nil)
	req.Header.Set("Accept-Encoding", "br")
	if _, err := s.transport(Options{}).Client().Do(req); err != nil || s.reqs[0].Header.Get("Accept-Encoding") != "" {
		t.Errorf("sent %v, %v", s.reqs[0].Header, err)
	}
}

func TestT38ARealRedirectToAnotherNameOfThisMachineIsRefused(t *testing.T) {
	asked := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer other.Close()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
	}))
	defer first.Close()
	base := first.Client().Transport
	tr := New(Options{Base: base, Now: time.Now, Auth: map[Origin]Auth{Origin(first.URL): Bearer(canary)}})
	_, _, err := get(t.Context(), tr, first.URL)
	if as[*RedirectError](t, err); asked {
		t.Error("the other server was asked")
	}
}

func TestF42ARedirectWithinTheServerIsFollowedWithCredentialsFiveTimes(t *testing.T) {
	for hops, ok := range map[int]bool{1: true, 5: true, 6: false} {
		s := &server{each: func(n int, req *http.Request) (*http.Response, error) {
			if n < hops {
				return answer(fmt.Sprintf("301 Location=/moved/%d", n)).response(req), nil
			}
			return good.response(req), nil
		}}
		_, _, err := get(t.Context(), s.transport(Options{Auth: map[Origin]Auth{api: Bearer(canary)}}), api+"/x")
		if (err == nil) != ok {
			t.Errorf("%d redirects: %v", hops, err)
		}
		for _, req := range s.reqs {
			if req.Header.Get("Authorization") != "Bearer "+canary {
				t.Errorf("%s: sent %v", req.URL, req.Header)
			}
		}
	}
	s := &server{answers: []answer{"301 Location=/moved", good}}
	_, _, err := send(Repeatable(t.Context()), s.transport(Options{}), "POST", api+"/graphql", "{}")
	if err == nil || !strings.Contains(err.Error(), "it would turn POST into GET") {
		t.Errorf("a redirected POST: %v", err)
	}
}

func TestT46ACertificateThatNobodyKnowsIsRefusedAtOnceAndItsAuthorityCanBeNamed(t *testing.T) {
	asked := 0
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"a":1}`)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	tr := New(Options{Now: time.Now})
	defer tr.CloseIdleConnections()
	_, _, err := get(t.Context(), tr, srv.URL)
	if e := as[*RequestError](t, err); asked != 0 || !strings.Contains(e.Error(), "certificate") || tr.Count().Requests != 1 {
		t.Errorf("%d tries, %v", tr.Count().Requests, err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	tr = New(Options{Base: NewBase(roots), Now: time.Now})
	defer tr.CloseIdleConnections()
	if _, body, err := get(t.Context(), tr, srv.URL); body != `{"a":1}` || err != nil {
		t.Errorf("%q, %v", body, err)
	}
}
