package recordings

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// decoded is a JSON text that is known to be one.
func decoded(text string) (v any) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&v)
	return v
}

// diff describes what is different, each place in a line for the recording and one for the request.
func diff(recorded, requested requestView) string {
	var r placeReporter
	cmp.Equal(decoded(jsonOf(recorded)), decoded(jsonOf(requested)), cmp.Reporter(&r))
	return r.lines.String()
}

// jsonOf is the text of a value that can be JSON: what was decoded from it, or a requestView.
func jsonOf(value any) string {
	text, _ := marshal(value)
	return string(text)
}

// placeReporter writes what cmp finds place by place, as the users of any language read it.
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

// write writes one side of a difference; one that is not there has no line.
func (r *placeReporter) write(sign string, value reflect.Value) {
	if value.IsValid() {
		fmt.Fprintf(&r.lines, "%s %s: %s\n", sign, r.place(sign), jsonOf(value.Interface()))
	}
}

// place is written like body.MaterialIds[0]; the items of a list are counted on the side that is shown.
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
