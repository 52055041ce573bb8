package contracts

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// When a login is over is told in milliseconds: a fake or a service that tells seconds breaks the contract.
func TestLoginExpiresInMilliseconds(t *testing.T) {
	t.Parallel()
	const id = "Third.Login"
	for _, tt := range []struct {
		name, expires string
		want          []string
	}{
		{"milliseconds", "1758270091116", nil},
		{"the first of 13 digits", "1000000000000", nil},
		{"the last of 12 digits", "999999999999", []string{"body /data/expires_at: must be at least 1000000000000, found 999999999999"}},
		{"seconds", "1758270091", []string{"body /data/expires_at: must be at least 1000000000000, found 1758270091"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answer := fmt.Appendf(nil, `{"code":0,"message":"success","data":{"user_id":"871668385574199296","token":"Bearer eyJh.e30.c2ln","expires_at":%s}}`, tt.expires)
			got := lines(mustLoad(t, id).CheckResponse(id, http.StatusOK, http.Header{"Content-Type": {"application/json"}}, answer))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}
