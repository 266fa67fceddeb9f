package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// answer is a question of the form with its answer as plain text.
type answer struct {
	*report.Question
	text string // empty while it is blank
	full int    // characters before it was cut to fit
}

var answerFields = []field[*answer]{
	{"number", func(q *answer) any { return q.Number }},
	{"title", func(q *answer) any { return q.Title }},
	{"asks", func(q *answer) any { return q.Asks }},
	{"answer", func(q *answer) any { return q.text }},
	{"from", func(q *answer) any { return q.Answer.From }},
	{"characters", func(q *answer) any { return report.Characters(q.text) }},
	{"limit", func(q *answer) any { return q.Limit }},
}

func newAnswers(a *app) *cobra.Command {
	var number int
	var fit bool
	var period string
	var j jsonFlags[*answer]
	cmd := &cobra.Command{
		Use:   "answers",
		Short: "The form's answers as plain text",
		Long: "Print the answers to the form's questions as plain text to paste, with how many characters\n" +
			"each has and the form takes (as browsers count: most emoji are two). With --question, the\n" +
			"answer alone goes to standard output. --fit cuts what is too long at the end of a sentence.",
		Example: "  $ dossier answers\n" +
			"  $ dossier answers --question 1 --fit | pbcopy",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rep, err := a.stored(cmd.Context(), period)
			if err != nil {
				return err
			}
			answers, err := pickAnswers(rep, number, fit)
			if err != nil {
				return err
			}
			switch {
			case j.asked():
				return j.writeAll(a.world, answers)
			case number != 0:
				return a.printAnswer(answers[0])
			}
			return a.printAnswers(answers)
		},
	}
	cmd.Flags().IntVarP(&number, "question", "n", 0, "Only the answer to this `number`")
	cmd.Flags().BoolVar(&fit, "fit", false, "Cut answers that are longer than the form takes")
	cmd.Flags().StringVarP(&period, "period", "p", "", "Answer for this `period` (default: the configuration's)")
	j.register(cmd, answerFields)
	return cmd
}

// stored makes the report's value from the store, for a command that asks no
// source.
func (a *app) stored(ctx context.Context, periodText string) (*report.Report, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	period, err := a.period(cfg, periodText)
	if err != nil {
		return nil, err
	}
	st, err := a.open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	return a.build(ctx, cfg, st, period, nil)
}

// pickAnswers returns the answer to one question, or all of them for 0.
func pickAnswers(rep *report.Report, number int, fit bool) ([]*answer, error) {
	if number < 0 || number > len(rep.Questions) {
		return nil, usagef("no question %d; the form has %d", number, len(rep.Questions))
	}
	var out []*answer
	for i := range rep.Questions {
		q := &answer{Question: &rep.Questions[i]}
		if number != 0 && number != q.Number {
			continue
		}
		if q.Answer.From != report.ForMeToWrite {
			q.text = gate.Block(q.Answer.Plain(), 0)
		}
		q.full = report.Characters(q.text)
		if fit {
			q.text = report.Shorten(q.text, q.Limit)
		}
		out = append(out, q)
	}
	return out, nil
}

// counted says how long an answer is beside what the form takes.
func (q *answer) counted() string {
	n := report.Characters(q.text)
	text := fmt.Sprintf("%d characters", n)
	if q.Limit > 0 {
		text = fmt.Sprintf("%d of %d characters", n, q.Limit)
	}
	switch {
	case n < q.full:
		text += fmt.Sprintf(", cut from %d", q.full)
	case q.Limit > 0 && n > q.Limit:
		text += fmt.Sprintf(", %d too many", n-q.Limit)
	}
	return text
}

var fromWords = map[report.Provenance]string{
	report.FromRecords: "From records", report.InMyWords: "In my words", report.ForMeToWrite: "For me to write",
}

func (a *app) printAnswers(answers []*answer) error {
	var b strings.Builder
	for i, q := range answers {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%d. %s\n", q.Number, gate.Terminal(q.Title))
		if q.text == "" {
			b.WriteString("[For me to write: dossier write]\n")
			continue
		}
		fmt.Fprintf(&b, "%s\n[%s; %s]\n", terminalLines(q.text), fromWords[q.Answer.From], q.counted())
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

// printAnswer prints one answer alone, ready for a clipboard.
func (a *app) printAnswer(q *answer) error {
	if q.text == "" {
		return fmt.Errorf("question %d is still blank\nwrite it with: dossier write", q.Number)
	}
	if _, err := io.WriteString(a.stdout, terminalLines(q.text)+"\n"); err != nil {
		return err
	}
	a.say("%s; %s", fromWords[q.Answer.From], q.counted())
	return nil
}

// terminalLines makes each line of a text harmless.
func terminalLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = gate.Terminal(l)
	}
	return strings.Join(lines, "\n")
}
