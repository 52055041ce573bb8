package h5dssign_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/golden"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, m := range mistakes() {
		key, err := m.verifier().Verify(m.headers)
		if err != nil && key != (h5dssign.Key{}) {
			t.Errorf("%s: Verify: got a key beside the error", m.name)
		}
		b.WriteString(golden.Block(m.name, err, m.verifier().Explain(m.headers)))
	}
	golden.Compare(t, "diagnoses.txt", b.String())
}

// The mistakes cover every code and every template of the package.
func TestMistakesCoverEverything(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	var diagnoses []diagnosis.Diagnosis
	for _, m := range mistakes() {
		if _, err := m.verifier().Verify(m.headers); err != nil {
			covered[err.(*h5dssign.Failure).Code] = true
		}
		d := m.verifier().Explain(m.headers)
		covered[d.Code] = true
		diagnoses = append(diagnoses, d)
	}
	if diff := cmp.Diff(golden.Codes(t, "codes.go", "h5ds."), covered); diff != "" {
		t.Errorf("codes (-in the package +of the mistakes):\n%s", diff)
	}
	if unused := golden.Unused(h5dssign.Templates, diagnoses); len(unused) > 0 {
		t.Errorf("no mistake has the templates %q", unused)
	}
}

// No diagnosis holds a secret or a sign that would be accepted, in any encoding.
func TestNoDiagnosisHoldsACredential(t *testing.T) {
	t.Parallel()
	for _, m := range mistakes() {
		if _, err := m.verifier().Verify(m.headers); err == nil {
			continue
		}
		d := m.verifier().Explain(m.headers)
		if leaked := credentialIn(d, m.headers); leaked != "" {
			t.Errorf("%s: the diagnosis holds %s: %+v", m.name, leaked, d)
		}
	}
}

// credentialIn finds a credential in every field and encoding.
func TestCredentialIn(t *testing.T) {
	t.Parallel()
	h := h5dssign.New(mine, sampleTime)
	for _, text := range []string{
		mine.Secret, other.Secret, strings.ToUpper(mine.Secret), fmt.Sprintf("%x", mine.Secret),
		base64.StdEncoding.EncodeToString([]byte(mine.Secret)),
		h.Sign, strings.ToUpper(h.Sign), h.Sign[8:24], "asgPlbNzOPQR/X1Vs7c5pQ==",
		"\x6a\xc8\x0f\x95\xb3\x73\x38\xf4\x11\xfd\x7d\x55\xb3\xb7\x39\xa5",
	} {
		for _, d := range []diagnosis.Diagnosis{
			{Sentence: "a " + text}, {Fix: "a " + text}, {Received: "a " + text}, {Expected: "a " + text},
		} {
			if credentialIn(d, h) == "" {
				t.Errorf("credentialIn(%+v): found nothing in it", d)
			}
		}
	}
	clean := diagnosis.Diagnosis{Sentence: "<secret> of fake-appid", Received: sampleTimestamp}
	if leaked := credentialIn(clean, h); leaked != "" {
		t.Errorf("credentialIn(%+v): found %s", clean, leaked)
	}
}

// credentialIn looks in a diagnosis for the secret of any key, and for the signs of that secret over the texts that may be the
// timestamp. It returns the name of a credential that it found, or "".
func credentialIn(d diagnosis.Diagnosis, h h5dssign.Headers) string {
	text := strings.ToLower(strings.Join([]string{d.Code, d.Sentence, d.Fix, d.Received, d.Expected}, "\n"))
	if line, err := json.Marshal(d); err == nil {
		text += "\n" + strings.ToLower(string(line))
	}
	for _, key := range all {
		if key.Secret == "" {
			continue
		}
		credentials := map[string]string{"a secret": key.Secret}
		for _, timestamp := range []string{h.Timestamp, h.Sign, sampleTimestamp} {
			credentials["the sign for "+timestamp] = hexMD5(timestamp + key.Secret)
		}
		for name, credential := range credentials {
			if slices.ContainsFunc(encoded(credential), func(form string) bool { return strings.Contains(text, strings.ToLower(form)) }) {
				return name + " of " + key.AppID
			}
		}
	}
	return ""
}

// encoded returns the forms in which a credential might be shown.
func encoded(credential string) []string {
	forms := []string{credential, fmt.Sprintf("%x", credential), fmt.Sprintf("%q", credential)}
	raws := []string{credential}
	var sum []byte
	if n, _ := fmt.Sscanf(credential, "%x", &sum); n == 1 && len(sum) == 16 {
		raws = append(raws, string(sum))
		forms = append(forms, string(sum), strings.Trim(fmt.Sprintf("%q", sum), `"`), credential[:16], credential[8:24], credential[16:])
	}
	for _, raw := range raws {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			forms = append(forms, encoding.EncodeToString([]byte(raw)))
		}
	}
	return forms
}

// The order in which a server lists its keys changes nothing.
func TestExplainDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	h := h5dssign.New(other, sampleTime)
	h.AppID = mine.AppID
	forward, backward := newVerifier(), newVerifier()
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	backward.Others = slices.Values(reversed)
	if diff := cmp.Diff(forward.Explain(h), backward.Explain(h)); diff != "" {
		t.Errorf("Explain (-in order +reversed):\n%s", diff)
	}
}
