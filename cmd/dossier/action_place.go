package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// place is where a job runs: who can read what it leaves.
type place struct {
	visibility string // public, private, internal; empty when it cannot be told
	private    bool   // only who may see the repository reads logs, summary and artifacts
	cached     bool   // whether the store may be kept in the repository's cache
	foreign    string // why the run may be somebody else's; empty when it is not
}

// runEvent is what is read of the file that the runner describes an event in
// (docs.github.com/webhooks/webhook-events-and-payloads).
type runEvent struct {
	Repository struct {
		FullName   string `json:"full_name"`
		Private    *bool  `json:"private"`
		Visibility string `json:"visibility"`
	} `json:"repository"`
	PullRequest *struct {
		Head struct {
			Repo *struct {
				FullName string `json:"full_name"`
			} `json:"repo"`
		} `json:"head"`
	} `json:"pull_request"`
}

// place reads the event's file. What it does not say counts as public.
func (a *app) place() (place, error) {
	var p place
	path := a.getenv("GITHUB_EVENT_PATH")
	if path == "" {
		return p, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return p, fmt.Errorf("read the event: %w", err)
	}
	var e runEvent
	if err := json.Unmarshal(raw, &e); err != nil {
		return p, fmt.Errorf("read the event %s: %w", path, err)
	}
	p.visibility = e.Repository.Visibility
	if p.visibility == "" && e.Repository.Private != nil {
		p.visibility = "public"
		if *e.Repository.Private {
			p.visibility = "private"
		}
	}
	p.private = p.visibility == "private" && (e.Repository.Private == nil || *e.Repository.Private)
	p.cached = p.private
	switch name := a.getenv("GITHUB_EVENT_NAME"); {
	case name == "pull_request_target" || name == "workflow_run":
		p.foreign = "an event " + name + " runs with secrets on what others propose"
	case e.PullRequest != nil && (e.PullRequest.Head.Repo == nil || e.PullRequest.Head.Repo.FullName != e.Repository.FullName):
		p.foreign = "the pull request comes from a fork"
	}
	return p, nil
}

// refuse reports why no report may be made here: it would be read by others, or
// made for them.
func (p place) refuse(allowed bool) error {
	if p.foreign != "" {
		return errors.New("refused: " + p.foreign + "\nrun dossier on schedule and workflow_dispatch only")
	}
	if p.private || allowed {
		return nil
	}
	who := "the repository is public: everybody can read its artifacts, logs and summaries"
	switch p.visibility {
	case "internal":
		who = "the repository is internal: everybody in the enterprise can read its artifacts, logs and summaries"
	case "":
		who = "the event does not say that the repository is private"
	}
	return errors.New("refused: " + who + "\nuse a private repository, or set allow-public: true where that is meant")
}
