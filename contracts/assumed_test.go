package contracts_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
)

// A guess is found where the client makes use of it, and nowhere else.
func TestGuesses(t *testing.T) {
	t.Parallel()
	const isJSON, isForm = "application/json", "application/x-www-form-urlencoded"
	tests := []struct {
		name, id, target, contentType, body string
		want                                []string
	}{
		{"a documented field", "Third.Login", "/", isJSON, `{"userId":"1","nick_name":"a"}`, nil},
		{"an alternative of it", "Third.Login", "/", isJSON, `{"userId":1}`, []string{"body /userId"}},
		{"as a form, all is text", "Third.Login", "/", isForm, `userId=1`, nil},
		{"a content type", "User.App.Tasks.Status", "/", isForm, `task_ids%5B%5D=1`, []string{"content-type "}},
		{"parameters", "User.Project.Materials.Page", "/?page=1&category_id=2", "", "", nil},
		{"a assumed parameter", "User.Project.Materials.Page", "/?page=1&project_id=2", "", "", []string{"query project_id"}},
		{"not known at all", "Third.Login", "/", isJSON, `{"userId":"1","x":1}`, nil},
		{"no JSON", "Third.Login", "/", isJSON, `{`, nil},
		{"no such operation", "Third.Logout", "/", isJSON, `{}`, nil},
		{"no body", "Third.Login", "/", isJSON, ``, nil},
		{"in a service without guesses", "Material.ListMedia", "/", isJSON, `{"ClassId":1}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			service := "h5ds"
			if strings.HasPrefix(tt.id, "Material.") {
				service = "webpaas"
			}
			document, err := contracts.Load(service)
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequest("POST", tt.target, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tt.contentType)
			var got []string
			for _, g := range document.Guesses(tt.id, r, []byte(tt.body)) {
				got = append(got, g.In+" "+g.Pointer)
				if g.Source == "" {
					t.Errorf("%s %s: no source", g.In, g.Pointer)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("guesses (-want +got):\n%s", diff)
			}
		})
	}
}
