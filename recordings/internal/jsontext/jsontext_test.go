package jsontext

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
)

func TestSkip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{ // the value and the rest after it
		{`"a\"b" ,`, `"a\"b"| ,`}, {`'a,b',1`, `'a,b'|,1`}, {`{"a":["}"]},1`, `{"a":["}"]}|,1`}, {"-1e5\t]", "-1e5|\t]"}, {"true", "true|"},
		{"", "|"}, {`"a`, `"a|`}, {`"a\`, `"a\|`}, {`["a`, `["a|`}, {`[[1]`, `[[1]|`},
	} {
		end := SkipValue([]byte(tt.text), 0)
		if got := tt.text[:end] + "|" + tt.text[end:]; got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
	if at := SkipSpace([]byte(" \r\n\t"), 0); at != 4 {
		t.Errorf("space ends at %d", at)
	}
}

func TestEach(t *testing.T) {
	t.Parallel()
	got := ""
	member := func(name string, value json.RawMessage) error { got += fmt.Sprintf("%s=%s;", name, value); return nil }
	item := func(value json.RawMessage) error { got += fmt.Sprintf("%s;", value); return nil }
	err := errors.Join(EachMember([]byte(` { "\u0061" : 1 , "b":[2] } `), member), EachItem([]byte(` [ {"c":3} , 4 ] `), item), EachMember([]byte(`{}`), member), EachItem([]byte(`[]`), item))
	if want := `a=1;b=[2];{"c":3};4;`; got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	failure := errors.New("failure")
	if err := EachMember([]byte(`{"a":1}`), func(string, json.RawMessage) error { return failure }); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	if err := EachItem([]byte(`[1]`), func(json.RawMessage) error { return failure }); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	if err := EachMember([]byte(`{"\x":1}`), member); err == nil {
		t.Error("a bad name is read")
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	const text = "<é\"\n"
	if got := string(Quote(text)); got != `"<é\"\n"` {
		t.Errorf("got %s", got)
	}
	if got, err := Unquote(Quote(text)); got != text || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Marshal(func() {}); err == nil {
		t.Error("a function is JSON")
	}
	for escape, want := range map[string]int64{`\u00e9x`: 0xe9, `\u00e`: -1, `u00e9xx`: -1, `\u00eg`: -1} {
		if unit, ok := EscapedUnit(escape); ok != (want >= 0) || ok && int64(unit) != want {
			t.Errorf("%s: got %x, %t", escape, unit, ok)
		}
	}
}

func TestIsCompound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       bool
	}{
		{"object", `{"a":1}`, true},
		{"list after space", " \r\n\t[1]", true},
		{"byte order mark", "\ufeff {}", true},
		{"byte order mark after space", " \ufeff{}", false},
		{"number", "1", false},
		{"broken", "{", false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		if got := IsCompound(tt.text); got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
}
