package contracts_test

import (
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
)

// The fake keeps the contract, to the last guess, in each dialect.
func TestVerifyFake(t *testing.T) {
	t.Parallel()
	for _, d := range fake.Dialects() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: d, Fixtures: fake.DemoFixtures(), SAAS: true})
			srv.Forgive("")
			contracts.Verify(t, contracts.Target{URL: srv.URL, Dialect: d.Name, Derived: true, Does: contracts.DoesDestroy})
		})
	}
}
