package fake_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
)

// A request that is compressed is rejected for its Content-Encoding, not for its bytes; half of a surrogate pair is no
// character, and does not become U+FFFD.
func TestRequestsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(`{"Platform":"p"}`))
	_ = z.Close()
	for _, tt := range []struct{ name, body, encoding, code, sentence string }{
		{"gzip", packed.String(), "gzip", "contract.content-encoding", "found gzip"},
		{"what says that it is gzip", `{"Platform":"p"}`, "gzip", "contract.content-encoding", "found gzip"},
		{"half of a pair", `{"Platform":"fake-platform","Name":"\ud800"}`, "", "contract.body", `half a surrogate pair, as at byte 37, found \ud800`},
	} {
		srv := fake.Start(t, fake.Config{})
		ticket := login(t, srv, srv.Tenant, "user_01")
		header := []string{"Content-Type", "application/json"}
		if tt.encoding != "" {
			header = append(header, "Content-Encoding", tt.encoding)
		}
		do(t, srv.Client(), "POST", "https://web-paas-api.cme.qcloud.com/PaaS/Material/ListMedia?auth="+ticket, tt.body, header...)
		found := srv.Findings()
		if len(found) == 0 || found[0].Diagnosis.Code != tt.code && found[len(found)-1].Diagnosis.Code != tt.code {
			t.Errorf("%s: findings %v", tt.name, found)
		}
		var sentences strings.Builder
		for _, f := range found {
			sentences.WriteString(f.Diagnosis.Sentence + "\n")
		}
		if !strings.Contains(sentences.String(), tt.sentence) {
			t.Errorf("%s: %s", tt.name, sentences.String())
		}
		if last := srv.Calls()[len(srv.Calls())-1]; last.Error == "" || last.Error == "Success" {
			t.Errorf("%s: not rejected: %v", tt.name, last)
		}
		srv.Forgive("Material.ListMedia")
	}
}
