package fake

import (
	"context"
	"net"
	"sync"
)

// memoryURL is where a fake that listens in memory seems to be. Only its own client reaches it.
const memoryURL = "http://fake.invalid"

// wire is a listener without a network: nothing waits for the system, so that a fake and its
// client can live in a bubble of testing/synctest.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // of Close
}

func newWire() *wire { return &wire{conns: make(chan net.Conn), closed: make(chan struct{})} }

// Accept waits for the next call of dial.
func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}

func (w *wire) Addr() net.Addr { return memoryAddr{} }

// dial connects to whoever accepts.
func (w *wire) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case w.conns <- server:
		return client, nil
	case <-w.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "fake.invalid:80" }
