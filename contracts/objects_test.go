package contracts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
)

func TestObjects(t *testing.T) {
	t.Parallel()
	object := func(at string, lists ...string) contracts.Object { return contracts.Object{Pointer: at, Lists: lists} }
	tests := []struct {
		name, service, id string
		status            int
		body              string
		want              []contracts.Object
	}{
		{"an error", "webpaas", "Material.DescribeMaterials", 200, `{"Code":"InternalError","Message":"a","EnglishMessage":"b"}`,
			[]contracts.Object{object("")}},
		{"a list that may be there", "webpaas", "Material.DescribeMaterials", 200, `{"Code":"Success","Message":"a","EnglishMessage":"b","Data":{"MaterialInfoSet":[]}}`,
			[]contracts.Object{object(""), object("/Data", "FailedMaterialInfoSet")}},
		{"a list that is there", "webpaas", "Material.DescribeMaterials", 200, `{"Code":"Success","Message":"a","EnglishMessage":"b","Data":{"MaterialInfoSet":[],"FailedMaterialInfoSet":[]}}`,
			[]contracts.Object{object(""), object("/Data")}},
		{"another status", "webpaas", "Material.DescribeMaterials", 404, `{}`, nil},
		{"no JSON", "webpaas", "Material.DescribeMaterials", 200, `{`, nil},
		{"no operation", "webpaas", "Material.Nothing", 200, `{}`, nil},
		{"free form within", "h5ds", "User.Apps.Info", 200, `{"code":0,"message":"success","data":{"id":"1","data":{"mine":{"a":[]}}}}`,
			[]contracts.Object{object(""), object("/data")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			document, err := contracts.Load(tt.service)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, document.Objects(tt.id, tt.status, []byte(tt.body))); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
		})
	}
}
