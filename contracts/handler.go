package contracts

import "net/http"

// Handler returns a handler that judges the traffic of the three services, which next serves: a fake, a
// stub, or a gateway of the user's own. It calls report for each fault in a request or a response, and for each
// call that no operation documents. It ignores calls for other servers; see [MatchRequest].
//
// The traffic is never changed: bodies are streamed, and copied while they pass. A call is judged when next has returned,
// in that goroutine, so report must be safe for concurrent use. A body is not judged, and reported as such, if next did not read
// it to its end, if it is larger than 1 MiB, or if it has another encoding than gzip. Nothing is judged if next hijacks the
// connection or panics.
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
