package h5ds_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/fakecme/fakecme/fake/internal/golden"

	"go.yaml.in/yaml/v3"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

func readFixtures(t *testing.T) (f h5ds.Fixtures) {
	t.Helper()
	text, err := os.ReadFile("testdata/fixtures.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// Every field of the fixtures is read from YAML and from JSON, and both make the same state.
func TestFixtures(t *testing.T) {
	t.Parallel()
	fromYAML := readFixtures(t)
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(h5dstest.JSON(t, fromYAML)), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	golden.Compare(t, "fixtures.json", got.String())
	var fromJSON h5ds.Fixtures
	h5dstest.FromJSON(t, got.String(), &fromJSON)
	h5dstest.Diff(t, "fixtures from JSON", h5dstest.JSON(t, fromYAML), h5dstest.JSON(t, fromJSON))

	var states [3]h5ds.State // the same fixtures may be loaded into many states
	for i, f := range []h5ds.Fixtures{fromYAML, fromJSON, fromYAML} {
		h5dstest.Load(t, &states[i], f)
		h5dstest.Diff(t, "state", h5dstest.JSON(t, states[0]), h5dstest.JSON(t, states[i]))
	}
	h5dstest.Diff(t, "works, of which two have no id", 3, states[0].Library.Works.Count(h5dstest.WtoneID))
	h5dstest.Diff(t, "fixtures after loading", h5dstest.JSON(t, fromJSON), h5dstest.JSON(t, fromYAML))
}

// The state shares no memory with the fixtures.
func TestFixturesAreCopied(t *testing.T) {
	t.Parallel()
	f, st := readFixtures(t), &h5ds.State{}
	h5dstest.Load(t, st, f)
	before := h5dstest.JSON(t, st)
	scramble(reflect.ValueOf(&f))
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

// The state shares no memory with the values that a test puts, nor with those that it gets back.
func TestPutCopies(t *testing.T) {
	t.Parallel()
	f, st := readFixtures(t), &h5ds.State{}
	h5dstest.Load(t, st, f)
	putCopied(t, st, f.Users)
	putCopied(t, st, f.Works)
	putCopied(t, st, f.Credits)
	putCopied(t, st, f.CreditLogs)
	putCopied(t, st, f.VIPPackages)
	putCopied(t, st, f.Materials)
	putCopied(t, st, f.Templates)
	putCopied(t, st, f.Files)
	putCopied(t, st, f.Renders)
	putCopied(t, st, f.Transcriptions)
	putCopied(t, st, f.BizTasks)
}

func putCopied[V h5ds.Value](t *testing.T, st *h5ds.State, values []V) {
	t.Helper()
	for _, v := range values {
		stored := h5dstest.Put(t, st, v)
		before := h5dstest.JSON(t, st)
		scramble(reflect.ValueOf(&v))
		scramble(reflect.ValueOf(&stored))
		if h5dstest.JSON(t, st) != before {
			t.Errorf("the state shares memory with a %T", v)
		}
	}
}

// scramble changes everything that a value points to.
func scramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			scramble(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scramble(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scramble(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			scramble(v.MapIndex(key))
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(v.String() + "x")
		}
	case reflect.Int, reflect.Int64:
		if v.CanSet() {
			v.SetInt(v.Int() + 1)
		}
	case reflect.Uint8:
		v.SetUint(v.Uint() ^ 1)
	case reflect.Float64:
		if v.CanSet() {
			v.SetFloat(v.Float() + 1)
		}
	case reflect.Bool:
		if v.CanSet() {
			v.SetBool(!v.Bool())
		}
	}
}
