package fake_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/webpaas"
)

const extra = "fakecmeVary"

// stripped is a response without the unknown fields that Config.Vary adds.
func stripped(t *testing.T, body string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return prune(value, func(name string, _ any) bool { return name == extra })
}

// dropLists takes away the fields that are empty lists, and with them those that Config.Vary adds.
func dropLists(value any) any {
	return prune(value, func(_ string, field any) bool {
		list, ok := field.([]any)
		return ok && len(list) == 0
	})
}

// prune takes fields away, at every depth.
func prune(value any, drop func(name string, field any) bool) any {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, drop)
		for _, field := range value {
			prune(field, drop)
		}
	case []any:
		for _, item := range value {
			prune(item, drop)
		}
	}
	return value
}

// Each documented example is answered in every dialect's terms as the contract allows, whatever the seed: without the
// extra fields the response passes the check, which is on for the response before too.
func TestVaryKeepsTheContract(t *testing.T) {
	t.Parallel()
	const seeds = 6
	known := conformance()
	shapes := map[string]map[string]bool{} // the varied responses of each example
	for _, d := range documentedExamples(t) {
		x, ok := known[d.name]
		if !ok || x.inject != "" { // an error on purpose is answered as it was injected
			continue
		}
		document, err := contracts.Load(serviceOf(t, d.operation))
		if err != nil {
			t.Fatal(err)
		}
		shapes[d.name] = map[string]bool{}
		for seed := range seeds {
			s := setUp(t, d, x, fake.Config{Vary: uint64(seed + 1)})
			response := s.replay(t, s.srv.URL, d)
			if !strings.Contains(response.Body, `"`+extra+`":`) {
				t.Errorf("%s, seed %d: nothing varies in %s", d.name, seed+1, response.Body)
			}
			text, err := json.Marshal(stripped(t, response.Body))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range document.CheckResponse(d.operation, response.Status, response.Header, text) {
				t.Errorf("%s, seed %d: %s", d.name, seed+1, v)
			}
			if kept := last(s.srv); string(kept.ResponseBody) != response.Body && !strings.Contains(string(kept.ResponseBody), "<") {
				t.Errorf("%s, seed %d: the journal has %s, the client got %s", d.name, seed+1, kept.ResponseBody, response.Body)
			}
			shapes[d.name][response.Body] = true
		}
	}
	if len(shapes) < 30 {
		t.Fatalf("only %d examples were tried", len(shapes))
	}
	for name, bodies := range shapes {
		if len(bodies) < 2 {
			t.Errorf("%s: %d seeds vary in no way", name, seeds)
		}
	}
}

func serviceOf(t *testing.T, id string) string {
	t.Helper()
	o, ok := contracts.Lookup(id)
	if !ok {
		t.Fatalf("no operation is called %s", id)
	}
	return o.Service
}

// walkThrough makes a few calls whose responses have every kind of variation, and returns those that
// no time or id is in.
func walkThrough(t *testing.T, srv *fake.Server) (responses []string) {
	t.Helper()
	ticket := login(t, srv, srv.Tenant, "demo-a")
	for _, call := range [][2]string{
		{"Material/ListMedia", `{"Platform":"fake-platform","ClassId":9,"Owner":{"Id":"demo-a","Type":"PERSON"}}`},
		{"Team/DescribeJoinTeams", `{}`},
		{"Material/DescribeMaterials", `{"MaterialIds":["1"]}`},
		{"Project/DescribeProjects", `{}`},
	} {
		responses = append(responses, paas(t, srv, call[0], ticket, call[1]).Body)
	}
	return responses
}

// The same seed gives the same bytes, another seed others, no seed those of the plain fake; and what the responses say
// is the same in all, beside fields and empty lists that are more.
func TestVaryIsRepeatable(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) []string {
		return walkThrough(t, fake.Start(t, fake.Config{Vary: seed, Fixtures: fixtures.Demo(), Seed: 1}))
	}
	plain, first, second := run(0), run(7), run(8)
	if diff := cmp.Diff(first, run(7)); diff != "" {
		t.Errorf("the same seed again (-first +second):\n%s", diff)
	}
	if !slices.ContainsFunc(first, func(response string) bool { return !strings.HasPrefix(response, `{"Code":`) }) {
		t.Errorf("the order of keys does not vary: %q", first)
	}
	for i := range plain {
		if plain[i] == first[i] || first[i] == second[i] {
			t.Errorf("response %d does not vary: %s", i, plain[i])
		}
		if diff := cmp.Diff(dropLists(stripped(t, plain[i])), dropLists(stripped(t, first[i]))); diff != "" {
			t.Errorf("response %d says something else (-plain +varied):\n%s", i, diff)
		}
		if strings.Contains(plain[i], extra) {
			t.Errorf("response %d varies without a seed: %s", i, plain[i])
		}
	}
}

// Ids have the other lengths of the documents, and can be used as before.
func TestVaryIDs(t *testing.T) {
	t.Parallel()
	lengths := func(seed uint64) (materials, works []int) {
		srv := fake.Start(t, fake.Config{Vary: seed})
		ticket := login(t, srv, srv.Tenant, "user_01")
		token := thirdLogin(t, srv, srv.Tenant, "user_01")
		inUse := map[string]bool{}
		for i := range 12 {
			_, context := applyUpload(t, srv, ticket, "")
			var finished struct {
				Data struct{ MaterialId string }
			}
			response := finishUpload(t, srv, ticket, context, fmt.Sprint(5285890811566343555+i))
			if err := json.Unmarshal([]byte(response.Body), &finished); err != nil {
				t.Fatal(err)
			}
			id := finished.Data.MaterialId
			if found := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["`+id+`"]}`); !strings.Contains(found.Body, `"`+id+`"`) || inUse[id] {
				t.Errorf("seed %d: material %s is not found, or not new: %s", seed, id, found.Body)
			}
			inUse[id] = true
			materials = append(materials, len(id))
			made := ask(t, srv, token, "POST /user/apps/create", `{"name":"a","data":{}}`)
			for _, part := range idsIn(made.Body) {
				works = append(works, len(part))
			}
		}
		slices.Sort(materials)
		slices.Sort(works)
		return slices.Compact(materials), slices.Compact(works)
	}
	plain, plainWorks := lengths(0)
	if diff := cmp.Diff([]int{20}, plain); diff != "" || len(plainWorks) != 1 {
		t.Errorf("without variation: materials (-want +got):\n%s works %v", diff, plainWorks)
	}
	varied, variedWorks := lengths(3)
	if diff := cmp.Diff([]int{18, 20, 24}, varied); diff != "" {
		t.Errorf("materials (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{18, 19}, variedWorks); diff != "" {
		t.Errorf("works (-want +got):\n%s", diff)
	}
}

// idsIn are the texts of 18 or more digits in a response.
func idsIn(body string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(body, func(r rune) bool { return r < '0' || r > '9' }), func(digits string) bool { return len(digits) < 18 })
}

// A fault spoils the varied response, and the admin API says that responses vary.
func TestVaryAndTheRest(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 7} {
		srv := fake.Start(t, fake.Config{Vary: seed})
		var health map[string]any
		admin(t, srv, "GET", "health", "", &health)
		want := []string{"status", "version"}
		if seed > 0 {
			want = []string{"status", "vary", "version"}
		}
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(health))); diff != "" {
			t.Errorf("health (-want +got):\n%s", diff)
		}
		srv.Inject("Material.ListMedia", fault.ContentType("text/html"))
		response := paas(t, srv, "Material/ListMedia", login(t, srv, srv.Tenant, "user_01"), listMine)
		if got := strings.Contains(response.Body, extra); got != (seed > 0) || response.Header.Get("Content-Type") != "text/html" {
			t.Errorf("seed %d: varied %t, %s", seed, got, response.Header.Get("Content-Type"))
		}
		if page := do(t, http.DefaultClient, "GET", srv.URL+"/?token=x", ""); strings.Contains(page.Body, extra) {
			t.Error("the hand-off page varies")
		}
	}
}

// The same holds for what a user of h5ds can read, errors of missing parameters included.
func TestVaryKeepsTheContractOfH5DS(t *testing.T) {
	t.Parallel()
	document, err := contracts.Load("h5ds")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			srv := unjudged(t, fake.Config{Vary: seed + 1, Fixtures: fixtures.Demo()}) // it checks the responses, too
			token := thirdLogin(t, srv, srv.Tenant, "user_01")
			succeeded := 0
			for _, o := range contracts.Operations() {
				if o.Service != "h5ds" || o.Method != "GET" || strings.Contains(o.ID, "ogout") || strings.Contains(o.ID, "Fakecme") {
					continue
				}
				response := do(t, srv.Client(), "GET", "https://video.h5ds.com"+o.Path, "", "Authorization", token)
				text, err := json.Marshal(stripped(t, response.Body))
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range document.CheckResponse(o.ID, response.Status, response.Header, text) {
					t.Errorf("%s: %s", o.ID, v)
				}
				if !strings.Contains(response.Body, extra) {
					t.Errorf("%s: nothing varies in %s", o.ID, response.Body)
				}
				if response.why() == "" {
					succeeded++
				}
			}
			if succeeded < 20 {
				t.Errorf("only %d operations succeeded", succeeded)
			}
		})
	}
}

// A list that may be there and is not comes empty; one that has another name in this dialect does not.
func TestVaryAddsEmptyLists(t *testing.T) {
	t.Parallel()
	for _, d := range fake.Dialects() {
		for seed := range uint64(3) {
			srv := fake.Start(t, fake.Config{Vary: seed, Dialect: d})
			fake.Put(srv, webpaas.Material{ID: videoID, Owner: webpaas.Person("user_01")})
			response := paas(t, srv, "Material/DescribeMaterials", login(t, srv, srv.Tenant, "user_01"), `{"MaterialIds":["`+videoID+`"]}`)
			for list, want := range map[string]bool{
				"TagInfoSet":     seed > 0,
				"VideoStreamSet": false, "VideoStreamInfoSet": false, "MaterialInfoSet": false,
			} {
				if got := strings.Contains(response.Body, `"`+list+`":[]`); got != want {
					t.Errorf("%s, seed %d: empty %s: %t in %s", d.Name, seed, list, got, response.Body)
				}
			}
		}
	}
}
