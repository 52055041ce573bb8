package library_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

func TestSystemMaterialPage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "314 313 312 311 of 4"},
		{"second page", `{"page":"2","page_size":"3"}`, "311 of 4"},
		{"of a type", `{"type":"video","page":1,"page_size":40}`, "312 311 of 2"},
		{"converted ones, as one client wants it", `{"type":"video","convert_status":"2"}`, "311 of 1"},
		{"failed ones", `{"convert_status":3}`, "312 of 1"},
		{"those that need no conversion", `{"convert_status":-1}`, "314 313 of 2"},
		{"of a type item", `{"category_id":"` + h5dstest.Nature + `"}`, "312 311 of 2"},
		{"of none", `{"category_id":""}`, "314 313 312 311 of 4"},
		{"of 0", `{"category_id":0}`, "314 313 312 311 of 4"},
		{"of another", `{"category_id":"9"}`, " of 0"},
		{"by the type of the item", `{"pid":"314"}`, "312 311 of 2"},
		{"by the item", `{"pid":"` + h5dstest.Speech + `"}`, "313 of 1"},
		{"by either id of texts", `{"pid":"211"}`, "314 of 1"},
		{"by the other id of texts", `{"pid":"311"}`, "314 of 1"},
		{"by 0", `{"pid":0}`, "314 313 312 311 of 4"},
		{"by nothing that is there", `{"pid":"9"}`, " of 0"},
		{"tag", `{"tag":"calm"}`, "312 311 of 2"},
		{"another tag", `{"tag":"green"}`, "311 of 1"},
		{"half a tag", `{"tag":"gre"}`, " of 0"},
		{"keyword", `{"keyword":"R"}`, "313 312 311 of 3"},
		{"keyword and type", `{"keyword":"fore","type":"audio"}`, " of 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("Materials.Page", test.request))
		})
	}
	t.Run("row", func(t *testing.T) {
		t.Parallel()
		h5dstest.Diff(t, "page", `{"data":[{"id":"311","name":"Forest","type":"video","size":0,"urls":{"url":"/forest.mp4","thumb":"","filename":"forest.mp4"},`+
			`"attrs":{},"convert_status":2,"createdAt":"2025-09-12T07:21:31.116Z","updatedAt":"2025-09-12T07:21:31.116Z","is_collected":false}],`+
			`"total":1,"current_page":1,"page_size":20}`, h5dstest.New(t, st, h5dstest.WtoneID).Data("Materials.Page", `{"tag":"green"}`))
	})
}

// Without seeds there is nothing of the system.
func TestEmptySystem(t *testing.T) {
	t.Parallel()
	const none = `{"data":[],"total":0,"current_page":1,"page_size":20}`
	for operation, want := range map[string]string{
		"Materials.Page": none, "Templates.Page": none, "Common.TypeItems.Page": none, "Template.Categories.Tree": `[]`,
		"User.Collects.Page": none, "Open.Templates": none, "User.Materials.Page": none, "User.Project.Materials.Page": `[]`,
	} {
		h5dstest.Diff(t, operation, want, h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID).Data(operation, `{}`))
	}
}

func TestTypeItemPage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, i := range []library.TypeItem{{ID: "1", TypeID: "314", Name: "city"}, {ID: "2", TypeID: "314", Name: "sky"}} {
		h5dstest.Put(t, st, i)
	}
	for _, test := range []struct{ name, request, want string }{
		{"in the order of the seeds", `{"type_id":"314","page_size":"999"}`, h5dstest.Nature + " 1 2 of 3"},
		{"a number", `{"type_id":313}`, h5dstest.Speech + " of 1"},
		{"a page", `{"type_id":"314","page":3,"page_size":1}`, "2 of 3"},
		{"texts", `{"type_id":"311"}`, h5dstest.Titles + " of 1"},
		{"texts, of the oldest client", `{"type_id":"211"}`, h5dstest.Titles + " of 1"},
		{"a type without items", `{"type_id":"318"}`, " of 0"},
		{"a type that the client does not know", `{"type_id":""}`, " of 0"},
		{"no type", `{}`, " of 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("Common.TypeItems.Page", test.request))
		})
	}
	h5dstest.Diff(t, "row", `{"data":[{"id":"302","name":"speech"}],"total":1,"current_page":1,"page_size":20}`,
		h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.TypeItems.Page", `{"type_id":"313"}`))
}

func TestTypeTree(t *testing.T) {
	t.Parallel()
	h5dstest.Diff(t, "answer", `[{"id":1,"key":"material"},{"id":2,"key":"template"}]`,
		h5dstest.New(t, h5dstest.Library(t), h5dstest.WtoneID).Data("Common.Types.Tree", `{}`))
}
