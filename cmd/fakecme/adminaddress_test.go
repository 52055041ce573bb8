package main

import (
	"net/http"
	"strings"
	"testing"
)

// With --admin, the port of the services does not carry the admin API.
func TestServeAdmin(t *testing.T) {
	t.Parallel()
	r := serveHere(t, "serve", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--admin-host", "fakecme.example.com")
	for address, want := range map[string]int{r.bound.Admin: http.StatusOK, r.bound.HTTP: http.StatusNotFound} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/_fakecme/tenants", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "fakecme.example.com"
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if _ = response.Body.Close(); response.StatusCode != want {
			t.Errorf("%s: %d, want %d", address, response.StatusCode, want)
		}
	}
	if want := "the dashboard is at http://" + r.bound.Admin + "/_fakecme/"; !strings.Contains(r.stderr.String(), want) {
		t.Errorf("the first lines do not say that %s: %s", want, r.stderr)
	}
}
