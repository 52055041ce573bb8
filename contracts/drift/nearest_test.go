package drift_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/recordings/har"
)

// The fake answers in one dialect or the other. A call is compared with the one that it is most like, so that neither hides
// what is missing in the other.
func TestCompareWithNearest(t *testing.T) {
	t.Parallel()
	response := func(body string) har.Call {
		return call("/PaaS/Material/DescribeClass", `{"Platform":"p","Owner":{"Type":"PERSON","Id":"u"}}`, body)
	}
	const (
		seed     = `{"Code":"Success","Data":{"Ticket":"a","Id":"b"}}`
		current  = `{"Response":{"Ticket":"a","RequestId":"r"}}`
		optional = `{"Response":{"Ticket":"a","RequestId":"r","Left":3}}`
	)
	denied := call("/PaaS/Material/DeleteClass", `{"ClassId":1}`, denied)
	tests := []struct {
		name              string
		original, current []har.Call
		actual            []har.Call
		want, not         []string
	}{
		{"one dialect", []har.Call{response(seed)}, []har.Call{response(current)}, []har.Call{response(seed)}, nil, nil},
		{"the other", []har.Call{response(seed)}, []har.Call{response(current)}, []har.Call{response(current)}, nil, nil},
		{"both", []har.Call{response(seed)}, []har.Call{response(current)}, []har.Call{response(seed), response(current)}, nil, nil},
		{"what is always there in one is missing", []har.Call{response(seed)}, []har.Call{response(current)},
			[]har.Call{response(`{"Code":"Success","Data":{"Ticket":"a"}}`), response(current)},
			[]string{"breaking: Material.DescribeClass Success /Data/Id: is missing, expected string (new.har entry 0)"}, nil},
		{"what is at the top of one is missing", []har.Call{response(seed)}, []har.Call{response(current)}, []har.Call{response(`{"Code":"Success"}`)},
			[]string{"breaking: Material.DescribeClass Success /Data: is missing, expected object (new.har entry 0)"}, nil},
		{"what the fake says now and then need not be there", []har.Call{response(seed)}, []har.Call{response(current), response(optional)},
			[]har.Call{response(current)}, nil, nil},
		{"an error of one dialect", []har.Call{response(seed), denied}, []har.Call{response(current)}, []har.Call{response(current), denied}, nil, nil},
		{"an error of none", []har.Call{response(seed), call("/PaaS/Material/DeleteClass", `{"ClassId":1}`, deleted)}, []har.Call{response(current)}, []har.Call{denied},
			[]string{"risky: Material.DeleteClass OperationDenied.PermissionDeny: new has this error, fake never has (new.har entry 0)"},
			[]string{"Material.DeleteClass Success: only in fake", "Material.DescribeClass Success: only in fake"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dialects := []*drift.Side{side(t, "fake", tt.original...), side(t, "fake", tt.current...)}
			for _, d := range dialects {
				d.IsFake = true
			}
			got, not := drift.CompareNearest(dialects, side(t, "new", tt.actual...))
			if diff := cmp.Diff(tt.want, lines(got)) + cmp.Diff(tt.not, not); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}
