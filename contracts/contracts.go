// Package contracts holds the OpenAPI documents of the services and checks traffic with them.
//
// The documents are the only place that says the method, the path and the shape of an operation. The fake takes its
// routes from them and checks its clients with them. The tests check the fake with them, and recordings and the live service are
// checked in the same way. The package imports nothing of the fake but leaves, so it can judge a real server:
// [RoundTripper] and [Handler] judge the traffic that passes through them. Package contracts/verify runs a suite of scenarios
// against a server.
//
// Listing the operations is cheap: [Operations] reads an index that is generated from the documents. Checking reads what it
// needs of one operation when it is first needed, once a process, from a file that is generated too.
//
// The documents hold the union of pages that contradict each other, and mark each part with how sure
// it is. Traffic is checked with the semantics of OpenAPI 3.0.3. A signature, a ticket or a token must be
// present, but is not verified. Of a multipart request only the content type is checked, since clients name the parts as they
// like.
package contracts

import "embed"

// callbacks is the document of the calls to the user's own server. That is no service of the
// vendors, so Names and Operations leave it out; Source and Load know it.
const callbacks = "callbacks"

// admin is the document of the fake's own admin API. It is in no index, since only checking needs it.
const admin = "admin"

// operationsDir has a directory for each document, with a file for each operation.
const operationsDir = "operations"

//go:embed opencme.yaml webpaas.yaml h5ds.yaml callbacks.yaml admin.yaml index.json operations
var files embed.FS

// Names returns the names of the services.
func Names() []string {
	return []string{"opencme", "webpaas", "h5ds"}
}

// Source returns the OpenAPI document of a service in YAML, as it is published, and whether there
// is one. Beside the services it knows "callbacks", the calls to the user's own server, and
// "admin", the admin API of the fake.
func Source(name string) ([]byte, bool) {
	source, err := files.ReadFile(name + ".yaml")
	return source, err == nil
}
