package main

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/config"
)

// The example shows every source; what the schema says of them and what the
// sources themselves take is one.
func TestExampleFitsTheSchemaAndTheSources(t *testing.T) {
	raw, err := config.Schema(sources())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("dossier.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("dossier.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var example any
	if err := yaml.Unmarshal(config.Example(), &example); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(example); err != nil {
		t.Errorf("by the schema: %v", err)
	}
	a := &app{world: testWorld()}
	cfg, err := config.Parse("example.yaml", config.Example(), a.configEnv())
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.CheckSources(sources()); err != nil {
		t.Errorf("by the sources: %v", err)
	}
	if len(cfg.Sources) != len(sources()) {
		t.Errorf("the example shows %d sources of %d", len(cfg.Sources), len(sources()))
	}
}
