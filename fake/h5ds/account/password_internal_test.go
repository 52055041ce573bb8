package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Formatted text and errors do not show a password.
func TestPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	var req changePasswordRequest
	if err := json.Unmarshal([]byte(`{"old_password":null,"password":"s3cr3t"}`), &req); err != nil || req.Password != "s3cr3t" {
		t.Fatalf("%v", err)
	}
	for _, shown := range []string{fmt.Sprint(req), fmt.Sprintf("%+v %s %q", req, req.Password, req.Password)} {
		if strings.Contains(shown, "s3cr3t") {
			t.Error(shown)
		}
	}
	for _, bad := range []string{`{"password":["s3cr3t"]}`, `{"password":53237}`, `{"password":{"a":"s3cr3t"}}`} {
		err := json.Unmarshal([]byte(bad), &req)
		var failure *op.Failure
		if !errors.As(err, &failure) || strings.Contains(failure.Diagnosis.String(), "s3cr3t") || strings.Contains(failure.Diagnosis.String(), "53237") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
