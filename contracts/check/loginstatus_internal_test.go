package check

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// The first response may wake the server up: how long it took counts for nothing. The others do.
func TestFirstResponseIsNotTimed(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"status":0}`)) }))
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := &loginStatus{ctx: t.Context(), url: u, caller: newCaller(time.Minute, nil), stranger: "nobody"}
	if verdict, found := c.responds(); verdict != Kept || c.slowest != 0 {
		t.Errorf("%s %s, slowest %s", verdict, found, c.slowest)
	}
	if verdict, found := c.unknownUser(); verdict != Kept || c.slowest == 0 {
		t.Errorf("%s %s, slowest %s", verdict, found, c.slowest)
	}
}
