package contracts

import "net/http"

// Handler returns a handler that judges the traffic of the three services while next answers it: in front of a fake, a
// stub, or a gateway of the user's own. Each fault is one call of report: of the request, of the response, and of a
// call that no operation answers. Calls for no service pass unseen: any Host but the real ones leaves it to the path.
//
// The traffic is never changed: bodies are streamed, and copied while they pass. A call is judged when next has returned,
// in that goroutine, so that report must be safe for concurrent use. What next leaves unread of the request is not
// judged, and reported as such; so are a body larger than 1 MiB and one in another encoding than gzip. Of a connection
// that next hijacks, and of a next that panics, nothing is judged.
func Handler(next http.Handler, report func(Finding)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j := newJudge(r, report)
		if j == nil {
			next.ServeHTTP(w, r)
			return
		}
		sent := &sentBody{}
		recorder := &ResponseRecorder{Next: w, MaxBody: maxJudged}
		next.ServeHTTP(recorder, sent.watch(r))
		if recorder.Hijacked {
			return
		}
		recorder.Begin(http.StatusOK)
		j.judgeRequest(sent.copied())
		j.judgeResponse(recorder.Status, recorder.Sent, bodyCopy{bytes: recorder.Body, size: recorder.Size, whole: true})
	})
}
