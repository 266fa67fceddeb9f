package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// T41: whatever a server does with the token that it is sent, the token is in
// no output, no error and no file, in no encoding and not even in part.
func TestT41TokenIsInNothingThatAnyCommandLeaves(t *testing.T) {
	const canary = "ghx_C4n4ry+Tok/en=0123456789abcdefXYZ"
	answers := map[string]http.HandlerFunc{
		"echoes it in an error": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"message":"bad credentials %s","documentation_url":"https://x.example/?token=%s"}`,
				r.Header.Get("Authorization"), url.QueryEscape(canary))
		},
		"shows a login page with it": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, "<html><title>Sign in %s</title>%s</html>", canary, r.Header.Get("Authorization"))
		},
		"sends it elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://localhost:1/?t="+url.QueryEscape(canary), http.StatusFound)
		},
		"echoes it in an answer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":null,"errors":[{"type":"FORBIDDEN","path":["%s"],"message":"%s"}]}`, canary, r.Header.Get("Authorization"))
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Bool // requests come side by side
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.Header.Get("Authorization"), canary) {
					asked.Store(true)
				}
				answer(w, r)
			}))
			defer server.Close()
			dir := t.TempDir()
			config := fmt.Sprintf("person: {name: Robin Vale, github: robin-v, time_zone: UTC, emails: [robin@example.org]}\nperiod: 2026-Q1\n"+
				"sources:\n  github: {api: %q, token: env:CANARY}\n  jira: {url: %q, token: env:CANARY, auth: bearer}\nobjectives: [{use: senior-ml-scientist}]\n",
				server.URL+"/", server.URL)
			if err := os.WriteFile(filepath.Join(dir, "dossier.yaml"), []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			for _, args := range [][]string{{"doctor"}, {"collect"}, {"report", "-o", "r.pdf"}, {"report", "--offline", "-f", "json", "-o", "r.json"},
				{"export"}, {"list"}, {"config", "validate"}, {"doctor", "--json"}} {
				cmd := exec.Command("dossier", append([]string{"--store", filepath.Join(dir, "store.db")}, args...)...)
				cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
				cmd.Env = append(os.Environ(), "CANARY="+canary, "HOME="+dir, "SOURCE_DATE_EPOCH=1782860400")
				_ = cmd.Run() // most have to fail; what they say is the matter
			}
			if !asked.Load() {
				t.Fatal("the server never got the token; the test proves nothing")
			}
			look := func(where string, content []byte) {
				for how, form := range map[string]string{
					"plain": canary, "in part": canary[len(canary)-12:], "base64": base64.StdEncoding.EncodeToString([]byte(canary))[:40],
					"url": url.QueryEscape(canary), "hex": hex.EncodeToString([]byte(canary)), "json": `ghx_C4n4ry+Tok\/en`,
				} {
					if bytes.Contains(content, []byte(form)) {
						t.Errorf("%s holds the token, %s", where, how)
					}
				}
			}
			look("the output", said.Bytes())
			err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				content, err := os.ReadFile(path)
				look(filepath.Base(path), content)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
