// Package recordings records calls, and finds the recorded response to a request.
//
//   - [Recorder] is an http.RoundTripper that records the calls of a client, [Proxy] an http.Handler that records the calls
//     that go through it. Both redact the recording; see package redact.
//   - [Library] finds the recorded response to a request, or the nearest recording. [Replayer] is an http.RoundTripper that
//     returns its responses.
//   - [Documented] returns the examples of the vendors' documentation as recordings.
//
// Recordings are HAR files; see package har. None of these packages knows the fake, so they work with real servers too.
package recordings
