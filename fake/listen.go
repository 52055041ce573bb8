package fake

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/internal/listening"
)

// Limits of the listener. A signature of 1 MiB must still reach the fake, so that it can be
// explained; net/http would reject it unseen.
const (
	maxHeaderBytes    = 4 << 20
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	idleTimeout       = 120 * time.Second
)

// HTTPServer returns an http.Server with the fake's limits and time-outs, for a listener of
// your own.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s,
		MaxHeaderBytes:    maxHeaderBytes,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          log.New(io.Discard, "", 0), // the journal tells more
	}
}

// Listen serves on a TCP address such as "127.0.0.1:0" until Close, and sets URL.
func (s *Server) Listen(addr string) error {
	return s.serve(func() (net.Listener, string, error) {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, "", err
		}
		return l, "http://" + l.Addr().String(), nil
	})
}

// ListenInMemory serves without a network until Close: only Client and Transport reach it.
func (s *Server) ListenInMemory() error {
	return s.serve(func() (net.Listener, string, error) {
		s.memory = listening.NewMemory()
		return s.memory, listening.MemoryURL, nil
	})
}

func (s *Server) serve(open func() (l net.Listener, address string, err error)) error {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.isClosing() {
		return errors.New("fake: listen: the server was closed; make a new one")
	}
	if s.listener != nil {
		return errors.New("fake: listen: the server listens already")
	}
	l, address, err := open()
	if err != nil {
		return fmt.Errorf("fake: %w", err)
	}
	s.URL, s.listener = address, listening.Start(s.HTTPServer(), l)
	return nil
}

func (s *Server) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// Close ends what the fake does by itself: it stops listening, if it does, ends calls that hang
// on purpose, and makes no more callbacks. Other calls under way may finish for a second. Then it
// writes the coverage, if Config.CoverageDir says where to; see [Server.CoverageError].
// Closing twice does nothing.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closing)
		for t := range s.pipeline.Registry.All() {
			s.pipeline.Renders.Stop(t)
		}
	})
	s.closeRealNames()
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.listener != nil {
		s.listener.Close()
		s.listener = nil
	}
	s.writeCoverageLocked()
}
