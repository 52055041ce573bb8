package cmesign_test

import (
	"fmt"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
)

func ExampleSign() {
	signature := cmesign.Sign("fake-secret-key", cmesign.Params{
		SecretID:         "fake-secret-id",
		CurrentTimeStamp: time.Unix(1600000000, 0),
		ExpireTime:       time.Unix(1600000300, 0),
		Random:           220625,
		Platform:         "fake-platform",
		Action:           "Login",
		UserID:           "user_01",
	})
	fmt.Println(signature[:40] + "…")
	// Output: q9fd9JwxOj4yDQ76mas4bYYC8r1zZWNyZXRJZD1m…
}

func ExampleVerifier_Explain() {
	key := cmesign.Key{SecretID: "fake-secret-id", SecretKey: "fake-secret-key"}
	v := cmesign.Verifier{
		Lookup: func(secretID string) (cmesign.Key, bool) { return key, secretID == key.SecretID },
		Now:    time.Unix(1600000301, 0),
		Action: "Login",
	}
	signature := cmesign.Sign(key.SecretKey, cmesign.Params{
		SecretID:         key.SecretID,
		CurrentTimeStamp: time.Unix(1600000000, 0),
		ExpireTime:       time.Unix(1600000300, 0),
		Platform:         "fake-platform",
		Action:           "Login",
		UserID:           "user_01",
	})
	d := v.Explain(signature)
	fmt.Println(d.Code)
	fmt.Println(d.Sentence)
	fmt.Println(d.Fix)
	// Output:
	// cme.expired
	// the signature expired 1s ago: expireTime is 2020-09-13T12:31:40Z, and here it is 2020-09-13T12:31:41Z
	// sign again; if it was just signed, set the clock of the machine that signs, or take the one here back if a test moved it
}
