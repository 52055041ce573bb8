package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake"
)

// logForm is the form of the lines on stderr.
type logForm string

const (
	logText logForm = "text" // for people
	logJSON logForm = "json" // an object a line, for machines
	logNone logForm = "none"
)

var logForms = []logForm{logText, logJSON, logNone}

// callLog writes one line a call, and one for each bug in the fake. Calls come without secrets.
type callLog struct {
	form logForm
	now  func() time.Time
	// bugs returns all bugs so far. It is set before the first call.
	bugs func() []string

	mu   sync.Mutex // guards everything below: one line at a time
	w    io.Writer
	json slog.Handler
	told int // bugs written so far
}

func newCallLog(form logForm, w io.Writer, now func() time.Time) *callLog {
	return &callLog{
		form: form, now: now, w: w,
		bugs: func() []string { return nil },
		json: slog.NewJSONHandler(w, nil),
	}
}

// call is the OnCall of the fake.
func (l *callLog) call(c fake.Call) {
	bugs := l.bugs()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.form {
	case logText:
		l.printLocked("[" + c.Tenant + "] " + callText(c))
	case logJSON:
		l.recordLocked(callLevel(c), "call", callAttrs(c)...)
	}
	for _, bug := range bugs[min(l.told, len(bugs)):] {
		l.told++
		switch l.form {
		case logText:
			l.printLocked("bug in the fake: " + bug)
		case logJSON:
			l.recordLocked(slog.LevelError, "bug in the fake", slog.String("bug", bug))
		}
	}
}

// warn writes what is wrong before the first call. It may matter, so that no form but none leaves it out.
func (l *callLog) warn(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.form {
	case logText:
		_, _ = fmt.Fprintf(l.w, "warning: %s\n", oneLine(text))
	case logJSON:
		l.recordLocked(slog.LevelWarn, text)
	}
}

func (l *callLog) printLocked(line string) {
	_, _ = fmt.Fprintf(l.w, "%s %s\n", l.now().Format("15:04:05.000"), oneLine(line))
}

func (l *callLog) recordLocked(level slog.Level, message string, attrs ...slog.Attr) {
	r := slog.NewRecord(l.now(), level, message, 0)
	r.AddAttrs(attrs...)
	_ = l.json.Handle(context.Background(), r)
}

// callText is the call with its diagnosis and with the findings that say more than that.
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

// callAttrs are the parts of a call that are worth a line. Headers and bodies are in the journal.
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

// oneLine escapes what would break a line or change the terminal: texts come from outside.
func oneLine(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
