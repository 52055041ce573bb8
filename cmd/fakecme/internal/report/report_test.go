package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInJUnit(t *testing.T) {
	t.Parallel()
	got, err := InJUnit(Suite{"verify", []Case{
		{Class: "webpaas", Name: "passes"},
		{Class: "webpaas", Name: "fails", Failure: "/Data: \"a\" < b\nand more"},
		{Class: "h5ds", Name: "left out", Skipped: "no credentials"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" skipped="1">
  <testsuite name="verify" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="webpaas" name="passes"></testcase>
    <testcase classname="webpaas" name="fails">
      <failure message="/Data: &#34;a&#34; &lt; b">/Data: &#34;a&#34; &lt; b&#xA;and more</failure>
    </testcase>
    <testcase classname="h5ds" name="left out">
      <skipped message="no credentials"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the report (-want +got):\n%s", diff)
	}
}
