package pipeline

import "testing"

func TestWithout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		pointers   []string
		want       string
	}{
		{"top", `{"a":1,"b":38192156030633420589}`, []string{"/a"}, `{"b":38192156030633420589}`},
		{"below", `{"a":{"x":1,"y":2}}`, []string{"/a/x"}, `{"a":{"y":2}}`},
		{"in a list", `{"a":[{"x":1},{"x":2,"y":3}]}`, []string{"/a/1/x"}, `{"a":[{"x":1},{"y":3}]}`},
		{"escaped name", `{"a/b":1,"c~d":2,"e":3}`, []string{"/a~1b", "/c~0d"}, `{"e":3}`},
		{"not there", `{"a":[1]}`, []string{"/b/c", "/a/7/x", "/a/x"}, `{"a":[1]}`},
		{"not JSON", `{`, []string{"/a"}, `{`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(without([]byte(tt.body), tt.pointers)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
