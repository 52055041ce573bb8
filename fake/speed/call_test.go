//go:build unix

package speed_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

var (
	ticketForm = regexp.MustCompile(`tf_[0-9a-f]{25}`)
	tokenForm  = regexp.MustCompile(`"token":"([^"]+)"`)
	asJSON     = http.Header{"Content-Type": {"application/json"}}
)

// login is a signed login of user_01.
func login(secretKey string) request {
	c, now := fixtures.DefaultCredentials(), time.Now()
	signature := cmesign.Sign(secretKey, cmesign.Params{
		SecretID: c.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Hour),
		Random: 220625, Platform: c.Platform, Action: "Login", UserID: "user_01",
	})
	return request{method: "GET", path: "/?signature=" + url.QueryEscape(signature)}
}

func goodLogin() request { return login(fixtures.DefaultCredentials().SecretKey) }

// ticket is that of user_01.
func ticket(b *testing.B, client *http.Client, address string) string {
	b.Helper()
	_, body := goodLogin().send(b, client, address)
	found := ticketForm.Find(body)
	if found == nil {
		b.Fatalf("no ticket: %s", body)
	}
	return string(found)
}

// token is that of user_01.
func token(b *testing.B, client *http.Client, address string) string {
	b.Helper()
	c := fixtures.DefaultCredentials()
	r := request{method: "POST", path: "/api/v1/third/login", body: `{"userId":"user_01"}`, header: asJSON.Clone()}
	h5dssign.New(h5dssign.Key{AppID: c.AppID, Secret: c.Secret}, time.Now()).Set(r.header)
	_, body := r.send(b, client, address)
	found := tokenForm.FindSubmatch(body)
	if found == nil {
		b.Fatalf("no token: %s", body)
	}
	return string(found[1])
}

// row is a call that is measured.
type row struct {
	name    string
	checked bool // by a server that checks its own responses
	// next returns the request number i, given how to get what it needs.
	request func(b *testing.B, client *http.Client, s *server, address string) func(i int) request
}

func always(r request) func(int) request { return func(int) request { return r } }

func describe(b *testing.B, client *http.Client, s *server, address string) func(int) request {
	return always(request{
		"POST", "/PaaS/Material/DescribeMaterials?auth=" + ticket(b, client, address), `{"MaterialIds":["` + s.Material + `"]}`, asJSON,
	})
}

var rows = []row{
	{"login", false, func(*testing.B, *http.Client, *server, string) func(int) request { return always(goodLogin()) }},
	{"describe", false, describe},
	{"describe/self-check", true, describe},
	{"create", false, func(b *testing.B, client *http.Client, s *server, address string) func(int) request {
		path := "/PaaS/Material/CreateClass?auth=" + ticket(b, client, address)
		run := time.Now().UnixNano()
		return func(i int) request {
			body := fmt.Sprintf(`{"Owner":{"Type":"PERSON","Id":"user_01"},"ParentClassId":9,"Name":"c%x%d"}`, run, i)
			return request{"POST", path, body, asJSON}
		}
	}},
	{"info", false, func(b *testing.B, client *http.Client, s *server, address string) func(int) request {
		return always(request{"GET", "/api/v1/user/info", "", http.Header{"Authorization": {token(b, client, address)}}})
	}},
	{"unknown path", false, func(*testing.B, *http.Client, *server, string) func(int) request {
		return always(request{"GET", "/nowhere", "", nil})
	}},
	{"wrong secret", false, func(*testing.B, *http.Client, *server, string) func(int) request {
		return always(login("wrong-secret-key"))
	}},
}

// BenchmarkCall measures each row beside the bare handler: x-bare is the ratio of the server's processor times, and allocs
// are those of a call, with the ones of net/http.
func BenchmarkCall(b *testing.B) {
	s := startServer(b, 1)
	for _, row := range rows {
		b.Run(row.name, func(b *testing.B) { s.measure(b, row) })
	}
}

// BenchmarkTenants shows that a call costs the same however many tenants there are.
func BenchmarkTenants(b *testing.B) {
	for _, row := range rows {
		if row.name == "login" || row.name == "wrong secret" || row.name == "describe" {
			for _, n := range []int{1, 10_000} {
				b.Run(fmt.Sprintf("%s/%d", row.name, n), func(b *testing.B) { startServer(b, n).measure(b, row) })
			}
		}
	}
}

// measure reports what a call of the row costs.
func (s *server) measure(b *testing.B, row row) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	address := s.Plain
	if row.checked {
		address = s.Checked
	}
	next := row.request(b, client, s, address)
	_, body := next(0).send(b, client, address)
	s.say(b, body)
	const block = 100
	i := 1
	send := func(to string) spent {
		before := s.used(b)
		for range block {
			next(i).send(b, client, to)
			i++
		}
		after := s.used(b)
		return spent{Processor: after.Processor - before.Processor, Allocs: after.Allocs - before.Allocs}
	}
	send(s.Bare)
	send(address)
	var bare, ours spent
	n := 0
	for b.Loop() {
		for to, sum := range map[string]*spent{s.Bare: &bare, address: &ours} {
			used := send(to)
			sum.Processor += used.Processor
			sum.Allocs += used.Allocs
		}
		n += block
	}
	b.ReportMetric(float64(ours.Processor)/float64(bare.Processor), "x-bare")
	b.ReportMetric(float64(ours.Processor.Microseconds())/float64(n), "µs/call")
	b.ReportMetric(float64(ours.Allocs)/float64(n), "allocs/call")
	b.ReportMetric(0, "ns/op") // of a block of both, and of the client
}
