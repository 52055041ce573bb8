package listening

import (
	"context"
	"net"
	"sync"
)

// MemoryURL is the address of a server that listens in memory. Only [Memory.Dial] reaches it.
const MemoryURL = "http://fake.invalid"

// Memory is a listener without a network: nothing waits for the system, so that a server and its client can live in a
// bubble of testing/synctest.
type Memory struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // of Close
}

// NewMemory returns a listener.
func NewMemory() *Memory { return &Memory{conns: make(chan net.Conn), closed: make(chan struct{})} }

// Accept waits for the next call of Dial.
func (m *Memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (m *Memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

// Addr is that of [MemoryURL].
func (m *Memory) Addr() net.Addr { return memoryAddr{} }

// Dial connects to Accept.
func (m *Memory) Dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case m.conns <- server:
		return client, nil
	case <-m.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "fake.invalid:80" }
