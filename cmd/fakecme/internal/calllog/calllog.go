// Package calllog writes the calls of a fake, a line each, for people or for machines.
package calllog

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
)

// Form is the form of the lines.
type Form string

// The forms.
const (
	Text Form = "text" // for people
	JSON Form = "json" // an object a line, for machines
	None Form = "none" // no lines at all
)

// Log writes one line for each call and for each bug in the fake. The calls it is given hold no secrets.
type Log struct {
	form Form
	now  func() time.Time
	// Bugs returns all bugs so far. It must be set before the first call.
	Bugs func() []string

	mu      sync.Mutex // guards everything below: one line at a time
	w       io.Writer
	json    slog.Handler
	written int // how many bugs were written so far
}

// New returns a log that writes to w.
func New(form Form, w io.Writer, now func() time.Time) *Log {
	return &Log{
		form: form, now: now, w: w,
		Bugs: func() []string { return nil },
		json: slog.NewJSONHandler(w, nil),
	}
}

// Call writes a call. It is the OnCall of the fake.
func (l *Log) Call(c fake.Call) {
	bugs := l.Bugs()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.form {
	case Text:
		l.printLocked("[" + c.Tenant + "] " + callText(c))
	case JSON:
		l.recordLocked(callLevel(c), "call", callAttrs(c)...)
	}
	for _, bug := range bugs[min(l.written, len(bugs)):] {
		l.written++
		switch l.form {
		case Text:
			l.printLocked("bug in the fake: " + bug)
		case JSON:
			l.recordLocked(slog.LevelError, "bug in the fake", slog.String("bug", bug))
		}
	}
}

// Warn writes a warning about the start of the fake.
func (l *Log) Warn(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.form {
	case Text:
		_, _ = fmt.Fprintf(l.w, "warning: %s\n", command.OneLine(text))
	case JSON:
		l.recordLocked(slog.LevelWarn, text)
	}
}

func (l *Log) printLocked(line string) {
	_, _ = fmt.Fprintf(l.w, "%s %s\n", l.now().Format("15:04:05.000"), command.OneLine(line))
}

func (l *Log) recordLocked(level slog.Level, message string, attrs ...slog.Attr) {
	r := slog.NewRecord(l.now(), level, message, 0)
	r.AddAttrs(attrs...)
	_ = l.json.Handle(context.Background(), r)
}

// callText is the call with its diagnosis, and with the findings that the diagnosis does not repeat.
func callText(c fake.Call) string {
	text := c.String()
	for _, f := range c.Findings {
		if c.Diagnosis == nil || f.Diagnosis != *c.Diagnosis {
			text += "; finding: " + f.Diagnosis.String()
		}
	}
	return text
}

func callLevel(c fake.Call) slog.Level {
	if c.Diagnosis != nil || len(c.Findings) > 0 {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// callAttrs are the parts of a call that belong into a log. Headers and bodies are in the journal.
func callAttrs(c fake.Call) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("tenant", c.Tenant),
		slog.String("operation", c.Operation),
		slog.String("user", c.User),
		slog.String("method", c.Method),
		slog.String("host", c.Host),
		slog.String("url", c.URL),
		slog.Int("status", c.Status),
		slog.Float64("tookMs", float64(c.Took.Microseconds())/1000),
	}
	if c.Error != "" {
		attrs = append(attrs, slog.String("error", c.Error))
	}
	if c.Source != "" {
		attrs = append(attrs, slog.String("answered", c.Source), slog.String("recording", c.Recording))
	}
	if c.Diagnosis != nil {
		attrs = append(attrs, slog.Any("diagnosis", c.Diagnosis))
	}
	if len(c.Findings) > 0 {
		attrs = append(attrs, slog.Any("findings", c.Findings))
	}
	return attrs
}
