package webpaas

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// describeWorld has three materials of alice whose creation and change are in different orders, and one of bob.
func describeWorld(t *testing.T) *world {
	return newWorld(t).load(Fixtures{Materials: []Material{
		{ID: "a", Owner: Person("alice"), CreateTime: at(1), UpdateTime: at(9)},
		{ID: "b", Owner: Person("alice"), CreateTime: at(2), UpdateTime: at(7)},
		{ID: "c", Owner: Person("alice"), CreateTime: at(3), UpdateTime: at(8)},
		{ID: "x", Owner: Person("bob")},
	}})
}

func TestDescribeMaterials(t *testing.T) {
	t.Parallel()
	const (
		failedY = `{"MaterialId":"y","ErrorInfo":{"Code":"InvalidParameterValue.MaterialId","Message":"媒体不存在","EnglishMessage":"material not exist"}}`
		foreign = "webpaas.material-foreign"
	)
	tests := []struct {
		name, request string
		want          outcome
		ids           []string
		failed        string
	}{
		{"order of the request", `{"MaterialIds":["b","c","a"]}`, outcome{}, []string{"b", "c", "a"}, `[]`},
		{"each once", `{"MaterialIds":["b","a","b"]}`, outcome{}, []string{"b", "a"}, `[]`},
		{"unknown fails alone", `{"MaterialIds":["y","a","y"]}`, outcome{}, []string{"a"}, `[` + failedY + `]`},
		{"all unknown", `{"MaterialIds":["y"]}`, outcome{}, []string{}, `[` + failedY + `]`},
		{"no right fails all", `{"MaterialIds":["a","x"]}`, outcome{Refusal: permissionDeny, Why: foreign}, nil, ``},
		{"no right beside unknown", `{"MaterialIds":["y","x"]}`, outcome{Refusal: permissionDeny, Why: foreign}, nil, ``},
		{"none", `{"MaterialIds":[]}`, outcome{Refusal: invalid("MaterialIds"), Why: "webpaas.parameter"}, nil, ``},
		{"sort", `{"MaterialIds":["b","c","a"],"Sort":{"Field":"CreateTime"}}`, outcome{}, []string{"c", "b", "a"}, `[]`},
		{"sort without field", `{"MaterialIds":["b","c","a"],"Sort":{"Order":"Asc"}}`, outcome{}, []string{"a", "b", "c"}, `[]`},
		{"sort by change", `{"MaterialIds":["b","c","a"],"Sort":{"Field":"UpdateTime","Order":"Desc"}}`, outcome{}, []string{"a", "c", "b"}, `[]`},
		{"sort by change, ascending", `{"MaterialIds":["a","b","c"],"Sort":{"Field":"UpdateTime","Order":"Asc"}}`, outcome{}, []string{"b", "c", "a"}, `[]`},
		{"sort by name", `{"MaterialIds":["a"],"Sort":{"Field":"Name"}}`, outcome{Refusal: invalid("Sort"), Why: "webpaas.parameter"}, nil, ``},
		{"sort upwards", `{"MaterialIds":["a"],"Sort":{"Order":"Up"}}`, outcome{Refusal: invalid("Sort"), Why: "webpaas.parameter"}, nil, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := describeWorld(t).run("alice", "Material.DescribeMaterials", tt.request)
			checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
			if tt.ids == nil {
				return
			}
			var answer struct {
				Data struct{ MaterialInfoSet, FailedMaterialInfoSet json.RawMessage }
			}
			if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.ids, ids(t, `{"MaterialInfoSet":`+string(answer.Data.MaterialInfoSet)+`}`)); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.failed, string(answer.Data.FailedMaterialInfoSet)); diff != "" {
				t.Errorf("failed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribeFlat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, request string
		keys          dialect.MaterialKeys
		want          outcome
		id            string
	}{
		{"first of several", `{"MaterialIds":["y","b","a"]}`, dialect.KeysExample, outcome{}, "b"},
		{"keys of the table", `{"MaterialIds":["a"]}`, dialect.KeysTable, outcome{}, "a"},
		{"unknown", `{"MaterialIds":["y"]}`, dialect.KeysExample, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}, ""},
		{"no right", `{"MaterialIds":["a","x"]}`, dialect.KeysExample, outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := describeWorld(t)
			w.dialect.DescribeMaterialsShape, w.dialect.MaterialKeys = dialect.DescribeFlat, tt.keys
			got := w.run("alice", "Material.DescribeMaterials", tt.request)
			checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
			var answer struct {
				Data struct {
					MaterialBasicInfo struct {
						MaterialID string `json:"MaterialId"`
					}
				}
			}
			if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
				t.Fatal(err)
			}
			if id := answer.Data.MaterialBasicInfo.MaterialID; id != tt.id {
				t.Errorf("material %q, want %q", id, tt.id)
			}
		})
	}
}

func TestDescribeImageSprite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, filter string
		want         bool
	}{
		{"no filter", ``, true},
		{"filter that does not say", `,"FilterInfo":{}`, true},
		{"wanted", `,"FilterInfo":{"NeedImageSpriteInfo":true}`, true},
		{"not wanted", `,"FilterInfo":{"NeedImageSpriteInfo":false}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := describeWorld(t).must("alice", "Material.DescribeMaterials", `{"MaterialIds":["a"]`+tt.filter+`}`)
			var answer struct {
				MaterialInfoSet []struct {
					VideoMaterial struct{ ImageSpriteInfo *imageSprite }
				}
			}
			if err := json.Unmarshal([]byte(got), &answer); err != nil {
				t.Fatal(err)
			}
			if has := answer.MaterialInfoSet[0].VideoMaterial.ImageSpriteInfo != nil; has != tt.want {
				t.Errorf("image sprites: %t, want %t", has, tt.want)
			}
		})
	}
}
