package h5ds

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, json, want string
		refused          bool
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
			got := struct{ V text }{"before"}
			err := json.Unmarshal([]byte(`{"V":`+test.json+`}`), &got)
			if test.refused {
				if !errors.Is(err, errParameter) {
					t.Errorf("got %v and %v, want %v", got.V, err, errParameter)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "text", text(test.want), got.V)
		})
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, json string
		want       number
		refused    bool
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
			got := struct{ V number }{99}
			err := json.Unmarshal([]byte(`{"V":`+test.json+`}`), &got)
			if test.refused {
				if !errors.Is(err, errParameter) {
					t.Errorf("got %v and %v, want %v", got.V, err, errParameter)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "number", test.want, got.V)
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
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "JSON", test.want, encoded(t, stamp(test.time)))
		})
	}
}
