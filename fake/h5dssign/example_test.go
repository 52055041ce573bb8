package h5dssign_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

func ExampleNew() {
	key := h5dssign.Key{AppID: "fake-appid", Secret: "fake-secret"}
	request, err := http.NewRequest("POST", "https://video.h5ds.com/api/v1/third/login", strings.NewReader(`{"userId":"user_01"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	h5dssign.New(key, time.UnixMilli(1758270091116)).Set(request.Header)

	fmt.Println(request.Header.Get("appid"))
	fmt.Println(request.Header.Get("timestamp"))
	fmt.Println(request.Header.Get("sign"))
	// Output:
	// fake-appid
	// 1758270091116
	// 6ac80f95b37338f411fd7d55b3b739a5
}

func ExampleVerifier_Explain() {
	verifier := h5dssign.Verifier{
		Lookup: func(appid string) (h5dssign.Key, bool) {
			return h5dssign.Key{AppID: appid, Secret: "fake-secret"}, appid == "fake-appid"
		},
		Now: time.UnixMilli(1758270091500),
	}
	// A client that signs the secret before the timestamp.
	d := verifier.Explain(h5dssign.Headers{
		AppID:     "fake-appid",
		Sign:      h5dssign.Sign("1758270091116", "fake-secret"),
		Timestamp: "1758270091116",
	})

	fmt.Println(d.Code)
	fmt.Println(d.Sentence)
	fmt.Println(d.Fix)
	fmt.Println("received:", d.Received)
	fmt.Println("expected:", d.Expected)
	// Output:
	// h5ds.secret-first
	// the secret was signed before the timestamp, not after it
	// sign the timestamp followed by the secret
	// received: MD5 of "<secret>1758270091116" as lower-case hex
	// expected: MD5 of "1758270091116<secret>" as lower-case hex
}
