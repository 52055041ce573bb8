package contracts

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// FuzzCheckRequest proves that no body makes a check panic, print more than a few short lines, or
// answer differently the second time; and that a JSON body without violations is one that a server
// can read.
func FuzzCheckRequest(f *testing.F) {
	ids := []string{"Material.SearchMaterial", "Material.ListMedia", "Third.Login", "User.Apps.Create", "User.Info", "OpenCME.Login"}
	types := []string{"application/json", "application/x-www-form-urlencoded"}
	for _, e := range readExamples(f) {
		f.Add([]byte(e.Request), uint8(0), uint8(0))
		f.Add([]byte(e.Response), uint8(1), uint8(0))
	}
	for _, body := range []string{
		`{"userId":1e400,"userId":"\ud800"}`, "userId=%00&gender=1&gender=2", `{"ClassId":1430.0,"Limit":9223372036854775808}`,
		"\ufeff{}", "[[[[", `{"a":{"b":[{}`, "\xff", `{"Owner":{"Type":null}}`, "{}\x00",
	} {
		f.Add([]byte(body), uint8(2), uint8(1))
	}
	f.Fuzz(func(t *testing.T, body []byte, operation, contentType uint8) {
		id, media := ids[int(operation)%len(ids)], types[int(contentType)%len(types)]
		r := newRequest(t, id, "")
		r.Header.Set("Content-Type", media)
		d := mustLoad(t, id)
		got := d.CheckRequest(id, r, body)
		if len(got) > maxViolations+1 {
			t.Errorf("%d violations", len(got))
		}
		for _, line := range lines(got) {
			if len(line) > 2000 || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("not a short line: %q", line)
			}
		}
		if diff := cmp.Diff(got, d.CheckRequest(id, r, body)); diff != "" {
			t.Errorf("second time (-first +second):\n%s", diff)
		}
		var object map[string]any
		if o := d.operations[id](); got == nil && media == mediaJSON && len(body) > 0 && o.body != nil {
			if err := json.Unmarshal(body, &object); err != nil {
				t.Errorf("no violation, but %v", err)
			}
		}
	})
}
