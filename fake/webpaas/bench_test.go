package webpaas

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// stocked returns a state with n videos of alice, one a minute, a tenth of them in class 500.
func stocked(b *testing.B, n int) (*State, *op.Call) {
	b.Helper()
	st := &State{}
	alice := Person("alice")
	st.putClass(Class{ID: 500, Owner: alice, ParentID: RootClassID, Name: "a"})
	for i := range n {
		class := int64(500)
		if i%10 != 0 {
			class = classVideo
		}
		st.putMaterial(Material{
			ID: fmt.Sprintf("3819215603%010d", i), Type: typeVideo, Name: fmt.Sprintf("脱口秀 talk show %d", i), Owner: alice, ClassID: class,
			CreateTime: at(0).Add(time.Duration(i) * time.Minute), Tags: []string{"综艺", fmt.Sprint("t", i%100)},
			VodFileID: "5285890811308550195", Media: Media{Width: 1920, Height: 1080, Duration: float64(i % 600)},
		})
	}
	c := &op.Call{Now: testTime, User: "alice", Tenant: op.Tenant{Platform: "fake-platform", CMEAppID: 1200000001}}
	return st, c
}

// BenchmarkReads shows how reads grow from 10 to 100,000 materials, all of one owner.
func BenchmarkReads(b *testing.B) {
	scope := func(rest string) string { return `{"SearchScopes":[` + scopeJSON("alice", rest) + `]` }
	for _, bm := range []struct {
		name string
		run  func(*op.Call, *State, []byte) (any, error)
		body string
	}{
		{"ListMedia", opNamed("Material.ListMedia"), listRequest(aliceJSON, 500, 0, 20)},
		{"SearchClass", opNamed("Material.SearchMaterial"), scope(`,"ClassId":500,"SearchOneDepth":true`) + `,"Limit":20}`},
		{"SearchOwner", opNamed("Material.SearchMaterial"), scope("") + `,"Limit":20}`},
		{"SearchTime", opNamed("Material.SearchMaterial"), scope("") + timeRange(at(0), at(600)) + `,"Limit":20}`},
		{"SearchText", opNamed("Material.SearchMaterial"), scope("") + `,"Text":"show 7","Limit":20}`},
		{"SearchTags", opNamed("Material.SearchMaterial"), scope("") + `,"Tags":["综艺","t7"],"Limit":20}`},
		{"SearchBelowClass", opNamed("Material.SearchMaterial"), scope(`,"ClassId":500`) + `,"Limit":20}`},
		{"SearchTwoScopes", opNamed("Material.SearchMaterial"), strings.Replace(scope(`,"ClassId":500`), "]", ","+scopeJSON("alice", `,"ClassId":12`)+"]", 1) + `,"Limit":20}`},
		{"Describe", opNamed("Material.DescribeMaterials"), `{"MaterialIds":["38192156030000000007"]}`},
	} {
		for n := 10; n <= 100_000; n *= 10 {
			b.Run(fmt.Sprintf("%s/%d", bm.name, n), func(b *testing.B) {
				st, c := stocked(b, n)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := bm.run(c, st, []byte(bm.body)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func opNamed(id string) func(*op.Call, *State, []byte) (any, error) {
	for _, o := range Service.Ops {
		if o.ID == id {
			return o.Run
		}
	}
	panic("no operation " + id)
}

// BenchmarkModify renames a material in the middle of n.
func BenchmarkModify(b *testing.B) {
	for n := 10; n <= 100_000; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			st, c := stocked(b, n)
			body := fmt.Appendf(nil, `{"MaterialId":"3819215603%010d","Name":"new"}`, n/2)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := opNamed("Material.ModifyMaterial")(c, st, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoad loads materials of which only owner and time are given.
func BenchmarkLoad(b *testing.B) {
	for n := 10; n <= 10_000; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := Fixtures{Materials: make([]Material, n)}
			for i := range f.Materials {
				f.Materials[i] = Material{Owner: Person("alice"), CreateTime: at(-i)}
			}
			for b.Loop() {
				st := &State{}
				if err := st.Load(&op.Call{Now: testTime, Seed: 1, IDs: &op.IDs{}}, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
