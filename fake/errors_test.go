package fake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// Each error that the contract of a service lists has a name in its code. The other way round, starting the fake fails.
func TestErrorsOfTheContract(t *testing.T) {
	t.Parallel()
	for service, inCode := range map[string]*op.Errors{
		"opencme": opencme.Service.Errors, "webpaas": webpaas.Service.Errors, "h5ds": h5ds.Service.Errors,
	} {
		var listed []string
		for _, e := range contracts.Errors(service) {
			listed = append(listed, e.Name)
		}
		if diff := cmp.Diff(listed, inCode.Names()); diff != "" {
			t.Errorf("errors of %s in the contract and in the code (-want +got):\n%s", service, diff)
		}
	}
}
