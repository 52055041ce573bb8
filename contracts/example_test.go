package contracts_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/fakecme/fakecme/contracts"
)

// A stub that was written by hand forgets what the contract demands, and a client sends an id as a number.
func ExampleRoundTripper() {
	stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"Code":"Success","Message":"成功"}`)
	}))
	defer stub.Close()
	client := &http.Client{Transport: contracts.RoundTripper(nil, func(f contracts.Finding) { fmt.Println(f) })}
	response, err := client.Post(stub.URL+"/PaaS/Material/DeleteMaterial?auth=tf_1", "application/json", strings.NewReader(`{"MaterialId":38192156030633420589}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body) // a call is judged at the end of its response
	_ = response.Body.Close()
	// Output:
	// Material.DeleteMaterial request: body /MaterialId: must be a string, found 38192156030633420589 (documented, 1156/50862)
	// Material.DeleteMaterial response: body /EnglishMessage: is required (documented, 1156/50862)
}
