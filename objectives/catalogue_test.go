package objectives

import (
	"testing"
)

func TestCatalogueHoldsTheCompetenciesOfEngineeringAndResearch(t *testing.T) {
	cs, err := readCatalogue(catalogueFiles, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(cs) < 24 {
		t.Errorf("%d competencies", len(cs))
	}
	for _, c := range cs {
		if len(c.Signals) < 2 || len(c.Cues) == 0 {
			t.Errorf("%s has %d signals and %d cues", c.ID, len(c.Signals), len(c.Cues))
		}
		if _, err := NewMapper([]Objective{{ID: "o", Title: "O", Competencies: []CompetencyWeight{{ID: c.ID}}}}, nil); err != nil {
			t.Error(err)
		}
		if findCompetency(c.ID) == nil {
			t.Errorf("%s is not found", c.ID)
		}
	}
}
