package fake

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// identify finds the service and the operation, or rejects the call and says what was probably
// meant. A call for a file, for the hand-off page or the Web SDK goes no further: it is answered here.
func identify(x *exchange, next func()) {
	host := hostOf(x.r)
	x.path = x.r.URL.EscapedPath()
	if fromStorage(host, collapseSlashes(x.path)) {
		x.serveFile()
		return
	}
	if isSDK(host, x.path) {
		x.serveSDK(host)
		return
	}
	if isHandOff(host, x.r) {
		x.serveHandOff()
		return
	}
	x.service = x.srv.serviceAt(host, x.path)
	if x.service == nil {
		x.unknownService(host)
		return
	}
	if x.service.lenientSlashes {
		x.path = collapseSlashes(x.path)
	}
	id, err := x.service.match(x.r.Method, x.path)
	switch {
	case err == nil && h5ds.IsSAAS(id) && !x.srv.config.SAAS:
		x.saasOff()
	case err == nil:
		o := x.service.operations[id]
		x.operation = &o
		next()
	case errors.Is(err, mux.ErrMethodMismatch):
		x.wrongMethod()
	default:
		x.unknownOperation(host)
	}
}

// hostOf is the Host header without its port, in lower case.
func hostOf(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// serviceAt: a real host name decides; any other name leaves it to the path, except that a
// name of the vendors' which the fake does not play is nobody's.
func (s *Server) serviceAt(host, path string) *service {
	for _, svc := range s.services {
		if svc.onHost(host) {
			return svc
		}
	}
	if vendorHost(host) {
		return nil
	}
	for _, svc := range s.services {
		if svc.claims(path) {
			return svc
		}
	}
	return nil
}

// vendorHost reports whether the name belongs to one of the vendors.
func vendorHost(host string) bool {
	for _, domain := range []string{"qcloud.com", "imgcache.qq.com", "tencent.com", "tencent-cloud.com", "h5ds.com", "h5ds.cn"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// match returns the operationId, or mux.ErrMethodMismatch, or mux.ErrNotFound.
func (s *service) match(method, path string) (string, error) {
	target, err := url.Parse("http://service" + path)
	if err != nil {
		return "", mux.ErrNotFound
	}
	var m mux.RouteMatch
	found := s.routes.Match(&http.Request{Method: method, URL: target}, &m)
	if m.MatchErr != nil {
		return "", m.MatchErr
	}
	if !found {
		return "", mux.ErrNotFound
	}
	return m.Route.GetName(), nil
}

func collapseSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

func (x *exchange) unknownService(host string) {
	if vendorHost(host) {
		x.refuseUnknown(http.StatusMisdirectedRequest, diagnosis.Diagnosis{
			Code:     "call.unknown-host",
			Sentence: fmt.Sprintf("the fake does not play the host %q", host),
			Fix:      fmt.Sprintf("did you mean %s? The fake answers for %s", diagnosis.Nearest(host, realHosts()), strings.Join(realHosts(), ", ")),
		})
		return
	}
	d := diagnosis.Diagnosis{
		Code:     "call.unknown-path",
		Sentence: fmt.Sprintf("no service of the fake has a path such as %s", shorten(x.path)),
	}
	d.Fix = "use GET /?signature=… for opencme, POST /PaaS/<Class>/<Action>?auth=… for webpaas, /api/v1/… for h5ds"
	if meant, why, ok := x.srv.meant(nil, x.r.Method, x.path); ok {
		d.Fix = fmt.Sprintf("did you mean %s? %s", meant, why)
	}
	x.refuseUnknown(http.StatusNotFound, d)
}

func (x *exchange) wrongMethod() {
	allowed := x.service.methodsOf(x.path)
	x.refuseUnknown(http.StatusMethodNotAllowed, diagnosis.Diagnosis{
		Code:     "call.wrong-method",
		Sentence: fmt.Sprintf("%s is not a method of %s", x.r.Method, shorten(x.path)),
		Fix:      fmt.Sprintf("did you mean %s %s?", strings.Join(allowed, " or "), shorten(x.path)),
	})
	x.answer.header.Set("Allow", strings.Join(allowed, ", "))
}

// saasOff rejects a call that nobody documents, and that the fake has not been told to answer.
func (x *exchange) saasOff() {
	x.refuseUnknown(http.StatusNotFound, diagnosis.Diagnosis{
		Code:     "call.saas-off",
		Sentence: fmt.Sprintf("%s is a call of the fake's own, which is off: the vendor documents no path of its kind", shorten(x.path)),
		Fix:      "switch it on with Config.SAAS or --h5ds-saas; the real service will not know it",
	})
}

func (x *exchange) unknownOperation(host string) {
	d := diagnosis.Diagnosis{
		Code:     "call.unknown-operation",
		Sentence: fmt.Sprintf("%s documents no operation %s %s", x.service.name, x.r.Method, shorten(x.path)),
		Fix:      "see the contract document of " + x.service.name + " for the operations there are",
	}
	if other := x.srv.serviceAt("", x.path); other != nil && other != x.service && x.service.onHost(host) {
		d.Code = "call.wrong-host"
		d.Sentence = fmt.Sprintf("%s is a path of %s, but the call went to %s", shorten(x.path), other.name, host)
		d.Fix = "send it to " + other.hosts[0]
	} else if meant, why, ok := x.srv.meant(x.service, x.r.Method, x.path); ok {
		d.Fix = fmt.Sprintf("did you mean %s? %s", meant, why)
	}
	x.refuseUnknown(http.StatusNotFound, d)
}

// refuseUnknown answers a call that no operation documents, and makes a finding of it.
func (x *exchange) refuseUnknown(status int, d diagnosis.Diagnosis) {
	x.tenant = x.home()
	x.find(d)
	if x.service == nil {
		x.refusePlain(status, d)
		return
	}
	x.refuseStatus(status, x.service.notFound.With(d))
}

// methodsOf lists the methods documented for the path.
func (s *service) methodsOf(path string) []string {
	var methods []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if _, err := s.match(m, path); err == nil {
			methods = append(methods, m)
		}
	}
	return methods
}

// meant guesses which documented operation a call meant, and says how the call differs from it.
// Without a service all are considered.
func (s *Server) meant(only *service, method, path string) (operation, why string, ok bool) {
	plain := normalPath(path)
	best, bestDistance := "", len(plain)/3+1
	for _, svc := range s.services {
		if only != nil && svc != only {
			continue
		}
		for _, o := range svc.operations {
			documented := o.contract.Path
			distance := diagnosis.Distance(plain, normalPath(documented))
			if distance < bestDistance || distance == bestDistance && best != "" && documented < best {
				best, bestDistance = documented, distance
				operation = o.contract.Method + " " + documented
			}
		}
	}
	if best == "" {
		return "", "", false
	}
	return operation, difference(method, path, best, bestDistance), true
}

// normalPath makes paths comparable that differ in ways clients get wrong.
func normalPath(path string) string {
	path = strings.TrimSuffix(strings.ToLower(collapseSlashes("/"+path)), "/")
	for strings.HasPrefix(path, "/paas/paas/") {
		path = strings.TrimPrefix(path, "/paas")
	}
	return strings.TrimPrefix(path, "/paas")
}

// difference names how the path sent differs from the documented one.
func difference(method, sent, documented string, distance int) string {
	switch lower := strings.ToLower(sent); {
	case distance > 0:
		return "Check the spelling of the path"
	case strings.Contains(sent, "//"):
		return "The path has a doubled slash"
	case strings.HasPrefix(lower, "/paas/paas/"):
		return "The path has /PaaS twice"
	case strings.HasPrefix(documented, "/PaaS/") && !strings.HasPrefix(lower, "/paas/"):
		return "The path lacks /PaaS"
	case strings.TrimSuffix(sent, "/") != sent:
		return "The path ends in a slash"
	case sent != documented:
		return "Upper and lower case matter in the path"
	default:
		return "The method " + method + " is not the documented one"
	}
}

// shorten keeps texts from outside readable.
func shorten(s string) string {
	const limit = 120
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
