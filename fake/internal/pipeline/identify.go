package pipeline

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/traffic"
)

// identify finds the service and the operation, or rejects the call and says which one was probably meant. A call for
// a site goes no further: the site answers.
func identify(x *Exchange, next func()) {
	host := contracts.HostName(x.Host)
	x.Path = x.URL.EscapedPath()
	for _, site := range x.Sites {
		if site.Claims(host, x.Request.Request) {
			x.Kind = site.Kind
			site.Serve(x)
			return
		}
	}
	x.Service = service.At(host, x.Path)
	if x.Service == nil {
		unknownService(x, host)
		return
	}
	if x.Service.Name == h5ds.Service.Name { // its own clients send doubled slashes, which it takes as one
		x.Path = contracts.SingleSlashes(x.Path)
	}
	var methods []string
	x.Operation, methods = x.Service.Match(x.Method, x.Path)
	switch {
	case x.Operation != nil && h5ds.IsSAAS(x.Operation.ID) && !x.SAAS:
		x.Operation = nil
		saasOff(x)
	case x.Operation != nil:
		next()
	case len(methods) > 0:
		wrongMethod(x, methods)
	default:
		unknownOperation(x, host)
	}
}

func unknownService(x *Exchange, host string) {
	if service.VendorHost(host) {
		x.RejectUnknown(http.StatusMisdirectedRequest, diagnosis.Diagnosis{
			Code:     "call.unknown-host",
			Sentence: fmt.Sprintf("the fake does not play the host %q", host),
			Fix: fmt.Sprintf("did you mean %s? The fake answers for %s",
				diagnosis.Nearest(host, service.RealHosts()), strings.Join(service.RealHosts(), ", ")),
		})
		return
	}
	d := diagnosis.Diagnosis{
		Code:     "call.unknown-path",
		Sentence: fmt.Sprintf("no service of the fake has a path such as %s", traffic.Shorten(x.Path)),
		Fix:      "use GET /?signature=… for opencme, POST /PaaS/<Class>/<Action>?auth=… for webpaas, /api/v1/… for h5ds",
	}
	if suggestion := service.Suggest(nil, x.Method, x.Path); suggestion != "" {
		d.Fix = suggestion
	}
	x.RejectUnknown(http.StatusNotFound, d)
}

func wrongMethod(x *Exchange, allowed []string) {
	x.RejectUnknown(http.StatusMethodNotAllowed, diagnosis.Diagnosis{
		Code:     "call.wrong-method",
		Sentence: fmt.Sprintf("%s is not a method of %s", x.Method, traffic.Shorten(x.Path)),
		Fix:      fmt.Sprintf("did you mean %s %s?", strings.Join(allowed, " or "), traffic.Shorten(x.Path)),
	})
	x.Response.Header.Set("Allow", strings.Join(allowed, ", "))
}

// saasOff rejects a call that nobody documents, and that the fake has not been told to answer.
func saasOff(x *Exchange) {
	x.RejectUnknown(http.StatusNotFound, diagnosis.Diagnosis{
		Code:     "call.saas-off",
		Sentence: fmt.Sprintf("%s is a call of the fake's own, which is off: the vendor documents no path of its kind", traffic.Shorten(x.Path)),
		Fix:      "switch it on with Config.SAAS or --h5ds-saas; the real service will not know it",
	})
}

func unknownOperation(x *Exchange, host string) {
	d := diagnosis.Diagnosis{
		Code:     "call.unknown-operation",
		Sentence: fmt.Sprintf("%s documents no operation %s %s", x.Service.Name, x.Method, traffic.Shorten(x.Path)),
		Fix:      "see the contract document of " + x.Service.Name + " for the operations there are",
	}
	if other := service.At("", x.Path); other != nil && other != x.Service && x.Service.OnHost(host) {
		d.Code = "call.wrong-host"
		d.Sentence = fmt.Sprintf("%s is a path of %s, but the call went to %s", traffic.Shorten(x.Path), other.Name, host)
		d.Fix = "send it to " + other.Hosts[0]
	} else if suggestion := service.Suggest(x.Service, x.Method, x.Path); suggestion != "" {
		d.Fix = suggestion
	}
	x.RejectUnknown(http.StatusNotFound, d)
}

// locate finds the tenant that the call claims to be from. The claim is judged later, in authenticate; a call that
// claims nothing the fake knows goes to the tenant that the proxy's user chose, or else to the default tenant.
func locate(x *Exchange, next func()) {
	x.Tenant = x.Home()
	s, ok := scheme.Named(x.Operation.Security)
	if ok {
		if t, found := s.Tenant(&x.Request); found {
			x.Locate(t)
		}
	}
	if !x.Located && (!ok || x.Operation.Anonymous) {
		if t, found := scheme.TenantOfAppID(&x.Request); found {
			x.Tenant = t // a call without a credential may name its application all the same (assumed)
		}
	}
	x.Now = x.Tenant.Clock.Now()
	next()
}
