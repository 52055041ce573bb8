package service

import (
	"testing"

	"github.com/fakecme/fakecme/contracts"
)

// The contract and the tables of operations cannot drift apart unseen.
func TestTableAndContract(t *testing.T) {
	t.Parallel()
	for want, operations := range map[string]map[string]*Operation{
		"opencme: the contract documents OpenCME.Login, which no table of operations lists":          {},
		"opencme: the table of operations lists OpenCME.Other, which the contract does not document": {"OpenCME.Login": {}, "OpenCME.Other": {}},
	} {
		s := &Service{Name: "opencme", Operations: operations}
		if err := s.document(contracts.Operations()); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
