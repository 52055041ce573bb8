// Package listening runs an http.Server that can be stopped in milliseconds.
package listening

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a running HTTP server and how to stop it.
type Server struct {
	server *http.Server
	done   chan struct{} // closed when Serve has returned

	mu     sync.Mutex            // guards silent
	silent map[net.Conn]struct{} // connections that have sent nothing yet
}

// Start serves on the listener until Close, over TLS when the server has a TLSConfig. A client that does not read its
// response is cut off.
func Start(server *http.Server, l net.Listener) *Server {
	running := &Server{server: server, done: make(chan struct{}), silent: map[net.Conn]struct{}{}}
	server.ConnState = running.watch
	server.Handler = Patient(server.Handler)
	go func() {
		defer close(running.done)
		if server.TLSConfig != nil {
			_ = server.ServeTLS(l, "", "")
			return
		}
		_ = server.Serve(l) // it ends with ErrServerClosed
	}()
	return running
}

// watch keeps track of the silent connections: http.Server waits for them when it is shut down.
func (s *Server) watch(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == http.StateNew {
		s.silent[c] = struct{}{}
		return
	}
	delete(s.silent, c)
}

func (s *Server) closeSilent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.silent {
		_ = c.Close()
	}
}

// grace is how long calls under way may take to finish.
const grace = time.Second

// Close stops listening, and lets calls under way finish for a second.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	s.closeSilent()
	if s.server.Shutdown(ctx) != nil {
		_ = s.server.Close()
	}
	<-s.done
}
