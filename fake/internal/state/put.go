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
	ofH5DS((*h5ds.State).PutUser)
	ofH5DS((*h5ds.State).PutCategory)
	ofH5DS((*h5ds.State).PutMaterial)
	ofH5DS((*h5ds.State).PutTypeItem)
	ofH5DS((*h5ds.State).PutTemplate)
	ofH5DS((*h5ds.State).PutTemplateCategory)
	ofH5DS((*h5ds.State).PutWork)
	ofH5DS((*h5ds.State).PutFile)
	ofH5DS((*h5ds.State).PutRenderTask)
	ofH5DS((*h5ds.State).PutTranscription)
	ofH5DS((*h5ds.State).PutBizTask)
	ofH5DS((*h5ds.State).PutProgress)
	ofH5DS((*h5ds.State).PutMessage)
	ofH5DS((*h5ds.State).PutCredit)
	ofH5DS((*h5ds.State).PutCreditLog)
	ofH5DS((*h5ds.State).PutCreditPackage)
	ofH5DS((*h5ds.State).PutVIPPackage)
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
