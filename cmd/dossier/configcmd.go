package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
)

func newConfig(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config <command>",
		Short: "Check the configuration, find it, print its schema",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "path",
			Short: "Print the path of the configuration that is read",
			Args:  noArgs,
			RunE: func(*cobra.Command, []string) error {
				path, err := a.configFile()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(a.stdout, path)
				return err
			},
		},
		&cobra.Command{
			Use:   "schema",
			Short: "Print the JSON Schema of dossier.yaml, for editors",
			Args:  noArgs,
			RunE: func(*cobra.Command, []string) error {
				schema, err := config.Schema(sources())
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(a.stdout, string(schema))
				return err
			},
		},
		&cobra.Command{
			Use:   "example",
			Short: "Print a commented dossier.yaml with every key",
			Args:  noArgs,
			RunE: func(*cobra.Command, []string) error {
				_, err := a.stdout.Write(config.Example())
				return err
			},
		},
		newConfigValidate(a),
	)
	return cmd
}

func newConfigValidate(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "Check the configuration, the sources' parts too",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if err := ready(a.jobs(cfg, nil)); err != nil {
				return err
			}
			a.say("%s is valid: %d sources, %d objectives", cfg.Path, len(cfg.Sources), len(cfg.Objectives))
			return nil
		},
	}
}
