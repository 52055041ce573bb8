package contracts

import "testing"

func TestHalfPair(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`"a"`: 0, `"中"`: 0, `"\u4e2d"`: 0, `"\ud83d\ude00"`: 0, `"\\ud800"`: 0, `"\"\\\/\b"`: 0, `"\uD83D\uDE00\ud83d\ude00"`: 0, `"\ufffd"`: 0,
		`"\ud800"`: 2, `"\udc00"`: 2, `"a\uDBFF"`: 3, `"\ud800x"`: 2, `"\ud800\n"`: 2, `"\ud800\ud800\udc00"`: 2, `"\udc00\ud800"`: 2, `"\\\ud800"`: 4, `"\ud83d\ude00\ud83d"`: 14, `"\ud800\u0041"`: 2,
	} {
		if got := halfPair([]byte(body)); got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
		_, violations, readable := parseJSON([]byte(body))
		if !readable || (len(violations) > 0) != (want > 0) {
			t.Errorf("%s: %v, readable %t", body, violations, readable)
		}
	}
}
