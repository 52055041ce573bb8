package h5dssign_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// row is a call, what Verify says about it, and what Explain says.
type row struct {
	name    string
	headers h5dssign.Headers
	adjust  func(*h5dssign.Verifier) // nil for the verifier as it is
	failure *h5dssign.Failure        // nil for a good call
	want    diagnosis.Diagnosis
}

func (r row) verifier() h5dssign.Verifier {
	v := newVerifier()
	if r.adjust != nil {
		r.adjust(&v)
	}
	return v
}

func rows() []row {
	return slices.Concat(
		headerRows(), appidRows(), numberRows(), signedMillisecondsRows(), shapeRows(), clockRows(),
		secretTextRows(), appidTextRows(), timeTextRows(), separatorRows(), digestRows(), encodingRows(), nothingFitsRows(),
	)
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, row := range rows() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v := row.verifier()
			if diff := cmp.Diff(row.want, v.Explain(row.headers)); diff != "" {
				t.Errorf("Explain (-want +got):\n%s", diff)
			}
			key, err := v.Verify(row.headers)
			got, _ := err.(*h5dssign.Failure)
			if diff := cmp.Diff(row.failure, got); diff != "" {
				t.Errorf("Verify (-want +got):\n%s", diff)
			}
			if row.failure != nil && key != (h5dssign.Key{}) {
				t.Error("Verify: got a key beside the error")
			}
		})
	}
}

// Everything the package can say has a row above that compares it.
func TestEveryCodeHasARow(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, row := range rows() {
		covered[row.want.Code] = true
		if row.failure != nil {
			covered[row.failure.Code] = true
		}
	}
	if diff := cmp.Diff(codes(t), slices.Sorted(maps.Keys(covered))); diff != "" {
		t.Errorf("codes (-in the package +in the rows):\n%s", diff)
	}
}

// codes returns every string of the package that is a code, sorted.
func codes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`^h5ds\.[a-z0-9-]+$`)
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, _ := strconv.Unquote(literal.Value); code.MatchString(text) {
					found[text] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// No diagnosis says a secret or a sign that would be accepted, in any encoding.
func TestNoDiagnosisHoldsACredential(t *testing.T) {
	t.Parallel()
	for _, row := range rows() {
		if row.failure == nil {
			continue
		}
		d := row.verifier().Explain(row.headers)
		if leaked := credentialIn(d, row.headers); leaked != "" {
			t.Errorf("%s: the diagnosis holds %s: %+v", row.name, leaked, d)
		}
	}
}

// The check above finds what it looks for, in every field and encoding.
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

// credentialIn looks for the secret of any key in a diagnosis, and for the sign it makes with
// either text that may be the timestamp. It returns what it found, or "".
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

// The way of the vendor's samples, from the client's header to the verdict.
func TestThroughHTTPHeader(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	header.Set("appid", mine.AppID)
	header.Set("sign", hexMD5(sampleTimestamp+mine.Secret))
	header.Set("timestamp", sampleTimestamp)
	want := diagnosis.Diagnosis{Code: "h5ds.valid", Sentence: "the signature is valid"}
	if diff := cmp.Diff(want, newVerifier().Explain(h5dssign.FromHeader(header))); diff != "" {
		t.Errorf("Explain (-want +got):\n%s", diff)
	}
}
