package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"
)

func TestF24ARenewedTokenIsFetchedOnceForAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fetched atomic.Int32
		source := tokenFunc(func() (*oauth2.Token, error) {
			n := fetched.Add(1)
			time.Sleep(time.Second)
			return &oauth2.Token{AccessToken: fmt.Sprint("token-", n), Expiry: time.Now().Add(time.Hour)}, nil
		})
		s := &server{answers: []answer{good}}
		tr := s.transport(Options{Auth: map[Origin]Auth{api: Source(source)}})
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, _, err := get(t.Context(), tr, api+"/x"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if fetched.Load() != 1 || s.reqs[3].Header.Get("Authorization") != "Bearer token-1" {
			t.Errorf("fetched %d times, sent %v", fetched.Load(), s.reqs[3].Header)
		}
	})
}

func TestF24ATokenThatDoesNotComeEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := tokenFunc(func() (*oauth2.Token, error) { time.Sleep(time.Hour); return nil, errors.New("late") })
		s := &server{answers: []answer{good}}
		tr := s.transport(Options{Auth: map[Origin]Auth{api: Source(source)}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, _, err := get(ctx, tr, api+"/x"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > time.Second {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Hour) // the source comes back in its own time
	})
}

func TestF24ARefusedRenewalShowsNothingOfTheAnswer(t *testing.T) {
	source := tokenFunc(func() (*oauth2.Token, error) {
		return nil, &oauth2.RetrieveError{Response: &http.Response{StatusCode: 400}, Body: []byte("CANARY"), ErrorCode: "invalid_grant"}
	})
	s := &server{answers: []answer{good}}
	_, _, err := get(t.Context(), s.transport(Options{Auth: map[Origin]Auth{api: Source(source)}}), api+"/x")
	if as[*AuthError](t, err); !strings.HasSuffix(err.Error(), "sign in to api.test: the token was not renewed: 400 invalid_grant") || len(s.at) != 0 {
		t.Errorf("%d requests, %v", len(s.at), err)
	}
}

type tokenFunc func() (*oauth2.Token, error)

func (f tokenFunc) Token() (*oauth2.Token, error) { return f() }
