// Package fake is a fake of three HTTP services: open.cme.qcloud.com (opencme),
// web-paas-api.cme.qcloud.com (webpaas) and video.h5ds.com (h5ds).
//
// It verifies signatures as documented, keeps state, checks both sides against the contract
// documents of package contracts, and says why it rejected a call.
//
// In a test:
//
//	srv := fake.Start(t, fake.Config{})
//	client := mypackage.NewClient(srv.Client()) // the real host names reach the fake
//
// Anywhere else, a [Server] is an http.Handler:
//
//	srv, err := fake.New(fake.Config{})
//	http.ListenAndServe("127.0.0.1:11560", srv)
//
// How sure the fake is of each behaviour stands in the contract documents, as x-provenance.
package fake
