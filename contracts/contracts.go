// Package contracts holds the OpenAPI documents of the services and checks traffic with them.
//
// The documents are the one place where method, path and shape of an operation stand. Everything
// else asks this package: the fake for its routes and for what a client did wrong, the tests for
// whether the fake keeps its own contract, the recordings and the live service for the same. It
// imports nothing of the fake but a leaf, which lets it judge a real server: [RoundTripper] and [Handler] judge
// the traffic that passes through them. Package contracts/verify runs a suite of scenarios against a server.
//
// Knowing the operations is cheap ([Operations], from an index that is generated from the
// documents). Checking needs the parsed document ([Load]), which takes milliseconds: once a process,
// and only when it is first asked for.
//
// The documents hold the union of what contradicting pages say, and mark each part with how sure
// it is. They are checked here with OpenAPI 3.0.3 semantics and nothing else: whether a signature,
// a ticket or a token of some traffic is right is for others to judge. This package only sees whether one is there.
// Of a multipart request it checks the content type only: clients name the parts as they like.
package contracts

import "embed"

// callbacks is the document of what the user's own server must provide. It is no service of the
// vendor, so Names and Operations leave it out; Source and Load know it.
const callbacks = "callbacks"

// admin is the document of the fake's own admin API. It is in no index: nothing but checking needs it.
const admin = "admin"

//go:embed opencme.yaml webpaas.yaml h5ds.yaml callbacks.yaml admin.yaml index.json
var files embed.FS

// Names returns the names of the services.
func Names() []string {
	return []string{"opencme", "webpaas", "h5ds"}
}

// Source returns the OpenAPI document of a service in YAML, as it is published, and whether there
// is one. Beside the services it knows "callbacks", what the user's own server must provide, and
// "admin", the admin API of the fake.
func Source(name string) ([]byte, bool) {
	source, err := files.ReadFile(name + ".yaml")
	return source, err == nil
}
