package api_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, json, want string
		rejected         bool
	}{
		{"string", `"a\u00e9"`, "aé", false},
		{"empty string", `""`, "", false},
		{"number", `7`, "7", false},
		{"number beyond uint64", `38192156030633420589`, "38192156030633420589", false},
		{"negative number", `-1.50`, "-1.50", false},
		{"null", `null`, "before", false},
		{"bool", `true`, "", true},
		{"list", `["a"]`, "", true},
		{"object", `{"a":1}`, "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := struct{ V api.Text }{"before"}
			err := json.Unmarshal([]byte(`{"V":`+test.json+`}`), &got)
			if test.rejected {
				if failure, ok := op.AsFailure(err); !ok || failure.Diagnosis.Code != "parameter.type" {
					t.Errorf("got %v and the error %v", got.V, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "text", api.Text(test.want), got.V)
		})
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, json string
		want       api.Number
		rejected   bool
	}{
		{"number", `1920`, 1920, false},
		{"fraction", `-1.5`, -1.5, false},
		{"text", `"1920"`, 1920, false},
		{"text of a fraction", `"1.75e1"`, 17.5, false},
		{"null", `null`, 99, false},
		{"empty text", `""`, 0, true},
		{"text null", `"null"`, 0, true},
		{"blanks", `" 1 "`, 0, true},
		{"not a number", `"NaN"`, 0, true},
		{"infinity", `"Inf"`, 0, true},
		{"plus", `"+1"`, 0, true},
		{"hexadecimal", `"0x10"`, 0, true},
		{"too large", `1e999`, 0, true},
		{"words", `"wide"`, 0, true},
		{"bool", `false`, 0, true},
		{"list", `[1]`, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := struct{ V api.Number }{99}
			err := json.Unmarshal([]byte(`{"V":`+test.json+`}`), &got)
			if test.rejected {
				if failure, ok := op.AsFailure(err); !ok || failure.Diagnosis.Code != "parameter.type" {
					t.Errorf("got %v and the error %v", got.V, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "number", test.want, got.V)
		})
	}
}

func TestStamp(t *testing.T) {
	t.Parallel()
	beijing := time.FixedZone("", 8*60*60)
	for _, test := range []struct {
		name string
		time time.Time
		want string
	}{
		{"documented instant", time.UnixMilli(1758270091116), `"2025-09-19T08:21:31.116Z"`},
		{"another zone", time.Date(2026, 1, 2, 3, 4, 5, 999, beijing), `"2026-01-01T19:04:05.000Z"`},
		{"none", time.Time{}, `null`},
	} {
		h5dstest.Diff(t, test.name, test.want, h5dstest.JSON(t, api.Stamp(test.time)))
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, json string
		want       api.Texts
		bad        bool
	}{
		{"list", `["1",728527253573935104]`, api.Texts{"1", "728527253573935104"}, false},
		{"empty list", `[]`, api.Texts{}, false},
		{"one text", `"1"`, api.Texts{"1"}, false},
		{"one number", `47`, api.Texts{"47"}, false},
		{"null", `null`, api.Texts{"before"}, false},
		{"object", `{}`, nil, true},
		{"list of lists", `[[]]`, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := api.Texts{"before"}
			err := json.Unmarshal([]byte(test.json), &got)
			if test.bad {
				if _, rejected := op.AsFailure(err); !rejected {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "texts", test.want, got)
		})
	}
}
