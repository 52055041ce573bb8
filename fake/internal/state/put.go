package state

import (
	"fmt"
	"reflect"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// puts stores a value of each type that can be put, and returns it with what was left out filled in.
var puts = map[reflect.Type]func(*State, *op.Call, any) (any, error){}

func ofWebPaaS[V any](put func(*webpaas.State, *op.Call, V) (V, error)) {
	puts[reflect.TypeFor[V]()] = func(st *State, c *op.Call, v any) (any, error) { return put(&st.WebPaaS, c, v.(V)) }
}

func ofH5DS[V any](put func(*h5ds.State, *op.Call, V) (V, error)) {
	puts[reflect.TypeFor[V]()] = func(st *State, c *op.Call, v any) (any, error) { return put(&st.H5DS, c, v.(V)) }
}

func init() {
	ofWebPaaS(webpaas.Put[webpaas.Material])
	ofWebPaaS(webpaas.Put[webpaas.Recognition])
	ofWebPaaS(webpaas.Put[webpaas.FrameTags])
	ofWebPaaS(webpaas.Put[webpaas.Class])
	ofWebPaaS(webpaas.Put[webpaas.Team])
	ofWebPaaS(webpaas.Put[webpaas.Grant])
	ofWebPaaS(webpaas.Put[webpaas.Project])
	ofWebPaaS(webpaas.Put[webpaas.Task])
	ofH5DS(h5ds.Put[h5ds.User])
	ofH5DS(h5ds.Put[h5ds.Category])
	ofH5DS(h5ds.Put[h5ds.Material])
	ofH5DS(h5ds.Put[h5ds.TypeItem])
	ofH5DS(h5ds.Put[h5ds.Template])
	ofH5DS(h5ds.Put[h5ds.TemplateCategory])
	ofH5DS(h5ds.Put[h5ds.Work])
	ofH5DS(h5ds.Put[h5ds.File])
	ofH5DS(h5ds.Put[h5ds.RenderTask])
	ofH5DS(h5ds.Put[h5ds.Transcription])
	ofH5DS(h5ds.Put[h5ds.BizTask])
	ofH5DS(h5ds.Put[h5ds.Progress])
	ofH5DS(h5ds.Put[h5ds.Message])
	ofH5DS(h5ds.Put[h5ds.Credit])
	ofH5DS(h5ds.Put[h5ds.CreditLog])
	ofH5DS(h5ds.Put[h5ds.CreditPackage])
	ofH5DS(h5ds.Put[h5ds.VIPPackage])
}

// Put stores a value, in place of one with the same id, and returns it with what was left out filled in.
func Put[V any](st *State, c *op.Call, v V) (V, error) {
	put, ok := puts[reflect.TypeFor[V]()]
	if !ok {
		return v, fmt.Errorf("a %T cannot be put", v)
	}
	stored, err := put(st, c, v)
	if err != nil {
		return v, err
	}
	return stored.(V), nil
}
