package fake_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// The journal has a default limit, and a cursor to go on from.
func TestJournalPages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	for range 1003 {
		srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/nowhere", nil))
	}
	type page struct {
		Calls       []struct{ Number int }
		Total, Next int
	}
	for _, tt := range []struct {
		query              string
		first, last, count int
		total, next        int
	}{
		{"", 4, 1003, 1000, 1003, 1003},
		{"limit=0", 1, 1003, 1003, 1003, 1003},
		{"limit=2", 1002, 1003, 2, 1003, 1003},
		{"after=0&limit=2", 1, 2, 2, 1003, 2},
		{"after=2&limit=2", 3, 4, 2, 1001, 4},
		{"after=0", 1, 1000, 1000, 1003, 1000},
		{"after=1000", 1001, 1003, 3, 3, 1003},
		{"after=1003", 0, 0, 0, 0, 1003},
		{"operation=User.Info", 0, 0, 0, 0, 1003},
	} {
		var got page
		if answer := admin(t, srv, "GET", "journal?"+tt.query, "", &got); answer.Status != 200 {
			t.Fatalf("%s: %d %s", tt.query, answer.Status, answer.Body)
		}
		first, last := 0, 0
		if len(got.Calls) > 0 {
			first, last = got.Calls[0].Number, got.Calls[len(got.Calls)-1].Number
		}
		want, have := [5]int{tt.first, tt.last, tt.count, tt.total, tt.next}, [5]int{first, last, len(got.Calls), got.Total, got.Next}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: first, last, count, total, next (-want +got):\n%s", tt.query, diff)
		}
	}
}

// gone is a client that hangs up after some bytes.
type gone struct {
	*httptest.ResponseRecorder
	left, writes int
}

func (g *gone) Write(p []byte) (int, error) {
	g.writes++
	if g.left -= len(p); g.left < 0 {
		return 0, errors.New("the client is gone")
	}
	return g.ResponseRecorder.Write(p)
}

// A client that hangs up ends the work for it: the rest of the journal is not encoded.
func TestJournalReaderLeaves(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{}) // without self-check, which keeps the response
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("x", 100_000)
	for range 50 {
		srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/nowhere", strings.NewReader(body)))
	}
	client := &gone{ResponseRecorder: httptest.NewRecorder(), left: 300_000}
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler {
			t.Errorf("the handler ended with %v, want an abort", cause)
		}
		if client.writes > 20 {
			t.Errorf("%d writes after the client was gone", client.writes)
		}
	}()
	srv.ServeHTTP(client, httptest.NewRequest("GET", "http://127.0.0.1/_fakecme/journal", nil))
}

// A client that does not read its response is cut off, and holds nothing for ever. One that reads slowly gets it all.
func TestClientDoesNotRead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		pause time.Duration // before each piece
		whole bool
	}{
		{"at once", 0, true}, {"slowly", 10 * time.Second, true}, {"never", 10 * time.Minute, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := fake.Start(t, fake.Config{InMemory: true})
				const size = 1 << 20
				fake.Put(srv, h5ds.File{Path: "/video/a.mp4", Content: h5ds.Content(strings.Repeat("x", size))})
				for _, path := range []string{"/video/a.mp4", "/_fakecme/journal"} {
					r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+path, nil)
					if err != nil {
						t.Fatal(err)
					}
					client := srv.Client()
					answer, err := client.Do(r)
					if err != nil {
						t.Fatal(err)
					}
					read, piece := 0, make([]byte, 32<<10)
					for body := bufio.NewReaderSize(answer.Body, 16); ; {
						time.Sleep(tt.pause)
						var n int
						n, err = io.ReadFull(body, piece)
						if read += n; err != nil {
							break
						}
					}
					_ = answer.Body.Close()
					client.CloseIdleConnections()
					whole := (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) && read >= size
					if whole != tt.whole {
						t.Errorf("%s: read %d bytes, then %v", path, read, fmt.Sprint(err))
					}
				}
			})
		})
	}
}
