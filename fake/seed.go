package fake

import (
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// WebPaaS seeds the web-paas-api side of a tenant: things that clients of the real service
// find there, because the console or the server API made them.
type WebPaaS struct{ tenant *Tenant }

// H5DS seeds the h5ds side of a tenant.
type H5DS struct{ tenant *Tenant }

// WebPaaS seeds the default tenant.
func (s *Server) WebPaaS() WebPaaS { return s.Tenant.WebPaaS() }

// H5DS seeds the default tenant.
func (s *Server) H5DS() H5DS { return s.Tenant.H5DS() }

// WebPaaS seeds this tenant.
func (t *Tenant) WebPaaS() WebPaaS { return WebPaaS{t} }

// H5DS seeds this tenant.
func (t *Tenant) H5DS() H5DS { return H5DS{t} }

// put changes a tenant's state from outside of a call. A value that cannot be put is a
// mistake in the test: it ends the test, or panics where there is none.
func put[V any](t *Tenant, value V, into func(*state, *op.Call, V) (V, error)) V {
	if t.server.tb != nil {
		t.server.tb.Helper()
	}
	var stored V
	err := t.server.store.Update(t.ID, func(st *state) (err error) {
		c := t.server.newCall(t, "")
		c.IDs = &st.IDs
		stored, err = into(st, c, value)
		return err
	})
	if err != nil {
		t.server.fail("put %T: %v", value, err)
	}
	return stored
}

// PutMaterial stores a material and returns it with what was left out filled in.
func (w WebPaaS) PutMaterial(m webpaas.Material) webpaas.Material {
	return put(w.tenant, m, func(st *state, c *op.Call, m webpaas.Material) (webpaas.Material, error) {
		return st.WebPaaS.PutMaterial(c, m)
	})
}
