package contracts

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestForm(t *testing.T) {
	t.Parallel()
	deep := "a" + strings.Repeat("[b]", maxBrackets)
	tests := []struct {
		name, form, want string
		twice            [][]string
	}{
		{"nothing", ``, `{}`, nil},
		{"plain", `a=1&b=%E6%97%A0&c=`, `{"a":"1","b":"无","c":""}`, nil},
		{"object", `params%5Bfps%5D=30&params[jsonUrl]=u&source=user_app`, `{"params":{"fps":"30","jsonUrl":"u"},"source":"user_app"}`, nil},
		{"object in an object", `a[b][c]=1&a[b][d]=2&a[e]=3`, `{"a":{"b":{"c":"1","d":"2"},"e":"3"}}`, nil},
		{"list", `ids[]=1&ids[]=2`, `{"ids":["1","2"]}`, nil},
		{"list of one", `ids%5B%5D=1`, `{"ids":["1"]}`, nil},
		{"list in an object", `a[b][]=1`, `{"a":{"b":["1"]}}`, nil},
		{"twice", `a=1&a=2`, `{"a":"2"}`, [][]string{{"a"}}},
		{"twice in an object", `a[b]=1&a[b]=2`, `{"a":{"b":"2"}}`, [][]string{{"a", "b"}}},
		{"text and object", `a=1&a[b]=2`, `{"a":"1"}`, [][]string{{"a", "b"}}},
		{"object and list", `a[b]=2&a[]=1`, `{"a":["1"]}`, [][]string{{"a", "b"}}},
		{"text and list", `a=2&a[]=1`, `{"a":"2"}`, [][]string{{"a"}}},
		{"no end", `a[b=1`, `{"a[b":"1"}`, nil},
		{"no beginning", `[b]=1`, `{"[b]":"1"}`, nil},
		{"something behind", `a[b]c=1`, `{"a[b]c":"1"}`, nil},
		{"list of lists", `a[][]=1`, `{"a[][]":"1"}`, nil},
		{"list of objects", `a[][b]=1`, `{"a[][b]":"1"}`, nil},
		{"brackets in brackets", `a[[b]]=1`, `{"a[[b]]":"1"}`, nil},
		{"as deep as may be", deep + `=1`, strings.Repeat(`{"b":`, maxBrackets) + `"1"` + strings.Repeat(`}`, maxBrackets), nil},
		{"deeper", deep + `[b]=1`, `{"` + deep + `[b]":"1"}`, nil},
	}
	tests[len(tests)-2].want = `{"a":` + tests[len(tests)-2].want + `}`
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object, twice, err := Form(test.form)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("object (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.twice, twice); diff != "" {
				t.Errorf("twice (-want +got):\n%s", diff)
			}
		})
	}
	if _, _, err := Form("a=%zz"); err == nil {
		t.Error("a form that is not percent-encoded was read")
	}
}
