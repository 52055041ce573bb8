package traffic_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/traffic"
)

func TestReadEnvelope(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       traffic.Envelope
	}{
		{"a success", `{"Code":"Success","Message":"成功","EnglishMessage":"success","Data":{}}`, traffic.Envelope{Code: "Success", Message: "成功", EnglishMessage: "success"}},
		{"the newer error", `{"Response":{"Error":{"Code":"A.B","Message":"m"},"RequestId":"r"}}`, traffic.Envelope{Code: "A.B", Message: "m"}},
		{"the newer ticket", `{"Response":{"Authorization":"tf_1"}}`, traffic.Envelope{}},
		{"h5ds", `{"code":1001,"message":"登录失效","data":null}`, traffic.Envelope{Code: "1001", Message: "登录失效"}},
		{"a text of another type", `{"Code":"Success","Message":null,"EnglishMessage":5}`, traffic.Envelope{Code: "Success", EnglishMessage: "5"}},
		{"a code of another type", `{"Code":{},"Message":[],"Response":[]}`, traffic.Envelope{}},
		{"a list", `[]`, traffic.Envelope{}},
		{"no JSON", `<html>`, traffic.Envelope{}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, traffic.ReadEnvelope([]byte(test.body))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
