package recordings

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
	"github.com/google/go-cmp/cmp"
)

// decodeJSON decodes valid JSON.
func decodeJSON(text string) (v any) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&v)
	return v
}

// diff describes the differences: for each place a line of the recording and a line of the request.
func diff(recorded, requested requestView) string {
	var r placeReporter
	cmp.Equal(decodeJSON(jsonOf(recorded)), decodeJSON(jsonOf(requested)), cmp.Reporter(&r))
	return r.lines.String()
}

// jsonOf encodes a decoded JSON value, or a requestView.
func jsonOf(value any) string {
	text, _ := jsontext.Marshal(value)
	return string(text)
}

// placeReporter writes the differences that cmp finds with their places in JSON, not in Go.
type placeReporter struct {
	path  cmp.Path
	lines strings.Builder
}

func (r *placeReporter) PushStep(step cmp.PathStep) { r.path = append(r.path, step) }

func (r *placeReporter) PopStep() { r.path = r.path[:len(r.path)-1] }

func (r *placeReporter) Report(result cmp.Result) {
	if result.Equal() {
		return
	}
	recorded, requested := r.path.Last().Values()
	r.write("-", recorded)
	r.write("+", requested)
}

// write writes one side of a difference. A side that is absent has no line.
func (r *placeReporter) write(sign string, value reflect.Value) {
	if value.IsValid() {
		fmt.Fprintf(&r.lines, "%s %s: %s\n", sign, r.place(sign), jsonOf(value.Interface()))
	}
}

// place returns the place as body.MaterialIds[0]. Items of an array are counted on the side that is shown.
func (r *placeReporter) place(sign string) string {
	var b strings.Builder
	for _, step := range r.path {
		switch step := step.(type) {
		case cmp.MapIndex:
			fmt.Fprintf(&b, ".%s", step.Key())
		case cmp.SliceIndex:
			i, j := step.SplitKeys()
			if sign == "+" {
				i = j
			}
			fmt.Fprintf(&b, "[%d]", i)
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}
