// Package recordings reads and writes traffic as HAR 1.2 files, makes it safe to keep, and finds in
// it the response to a request.
//
//   - [Read] and [Write] are the file format; [Call] is an entry of it as traffic.
//   - [Documented] returns the examples of the vendors' documentation as recordings.
//   - [Redactor] replaces what nobody may keep, and [Prove] shows that it is gone.
//   - [Library] finds the recorded response to a request, or says what came closest.
//   - [Recorder] and [Replayer] do both at the place where a client talks to the network. Neither
//     has a network of its own.
//
// It knows nothing of the fake, which is what lets it speak of a real server.
package recordings
