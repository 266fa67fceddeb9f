package evidence

import (
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	tests := []struct{ text, want string }{
		{"ML-231", "ML-231"},
		{"ML-231, ML-9 and again ML-231; FOO2-1234", "ML-231 ML-9 FOO2-1234"},
		{"[ML-231] (ML-232) \"ML-233\" “ML-234” #ML-235 ML-236: ML-237/ML-238.", "ML-231 ML-232 ML-233 ML-234 ML-235 ML-236 ML-237 ML-238"},
		{"https://acme.example/browse/ML-231?focusedId=5", "ML-231"},
		{"https://acme.example/wiki/ML-231-cache", "ML-231"},
		{"修复ML-231的问题", "ML-231"},
		{"xML-231 ML-231x ML-231_ _ML-231 éML-231 ML-231é", ""},
		{"ml-231 Ml-231", ""},
		{"UTF-8 SHA-256 ISO-8601 RFC-2119 GPT-4 COVID-19 H-100 PEP-8 HTTP-2", ""},
		{"CVE-2024-1 CVE-2024-12345 AB-1.5 AB-2024-01", ""},
		{"ML-0 ML-01 ML- -1 ML-12345678 2ML-1 TOOLONGNAME-1", ""},
		{"AES-GCM-256", ""},
		{"ML-1", "ML-1"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := strings.Join(Keys(tt.text), " "); got != tt.want {
			t.Errorf("Keys(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestBranchKeys(t *testing.T) {
	tests := []struct{ branch, want string }{
		{"feature/ml-231-cache", "ML-231"},
		{"ML-231", "ML-231"},
		{"ml-231-2", "ML-231"},
		{"robin_ml-231_and-ML-232", "ML-231 ML-232"},
		{"bugfix-ml-231", "ML-231"},
		{"fix-123", ""},
		{"release-2026", ""},
		{"dependabot/npm/lodash-4.17", ""},
		{"utf-8", ""},
		{"main", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := strings.Join(BranchKeys(tt.branch), " "); got != tt.want {
			t.Errorf("BranchKeys(%q) = %q, want %q", tt.branch, got, tt.want)
		}
	}
}
