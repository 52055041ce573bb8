package api_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestPageOf(t *testing.T) {
	t.Parallel()
	five := []int{1, 2, 3, 4, 5}
	for _, test := range []struct {
		name, request string
		things        []int
		want          string
		why           string
	}{
		{"nothing asked", `{}`, five, `{"data":["1","2","3","4","5"],"total":5,"current_page":1,"page_size":20}`, ""},
		{"nothing there", `{}`, nil, `{"data":[],"total":0,"current_page":1,"page_size":20}`, ""},
		{"first", `{"page":1,"page_size":2}`, five, `{"data":["1","2"],"total":5,"current_page":1,"page_size":2}`, ""},
		{"second, as texts", `{"page":"2","page_size":"2"}`, five, `{"data":["3","4"],"total":5,"current_page":2,"page_size":2}`, ""},
		{"last", `{"page":3,"page_size":2}`, five, `{"data":["5"],"total":5,"current_page":3,"page_size":2}`, ""},
		{"after the last", `{"page":4,"page_size":2}`, five, `{"data":[],"total":5,"current_page":4,"page_size":2}`, ""},
		{"of one", `{"page":5,"page_size":1}`, five, `{"data":["5"],"total":5,"current_page":5,"page_size":1}`, ""},
		{"largest", `{"page_size":999}`, five, `{"data":["1","2","3","4","5"],"total":5,"current_page":1,"page_size":999}`, ""},
		{"page 0", `{"page":0}`, five, "", "page.number"},
		{"half a page", `{"page":1.5}`, five, "", "page.number"},
		{"far page", `{"page":1e300}`, five, "", "page.number"},
		{"size 0", `{"page_size":0}`, five, "", "page.size"},
		{"size 1000", `{"page_size":1000}`, five, "", "page.size"},
		{"half a row", `{"page_size":0.5}`, five, "", "page.size"},
		{"far size", `{"page_size":1e300}`, five, "", "page.size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var req api.PageRequest
			if err := json.Unmarshal([]byte(test.request), &req); err != nil {
				t.Fatal(err)
			}
			got, err := api.PageOf(req, slices.Values(test.things), strconv.Itoa)
			if test.why != "" {
				var failure *op.Failure
				if !errors.As(err, &failure) {
					t.Fatalf("it was not rejected: %v", err)
				}
				h5dstest.Diff(t, "diagnosis", test.why, failure.Diagnosis.Code)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "page", test.want, h5dstest.JSON(t, got))
		})
	}
}
