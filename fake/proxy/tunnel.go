package proxy

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// established is the response to a CONNECT after which the connection is the client's.
const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// inner is a connection inside the proxy that the handler is to serve.
type inner struct {
	net.Conn
	read *bufio.Reader // what the client has sent behind its CONNECT comes first
	ctx  context.Context
}

func (c *inner) Read(b []byte) (int, error) { return c.read.Read(b) }

// NetConn is the connection itself, as that of a tls.Conn: who wants to reset it needs it.
func (c *inner) NetConn() net.Conn { return c.Conn }

// tunnelContext gives the calls on a connection the context that its CONNECT had.
func tunnelContext(server context.Context, c net.Conn) context.Context {
	for {
		if in, ok := c.(*inner); ok {
			return joinedContext{Context: server, values: in.ctx}
		}
		below, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return server
		}
		c = below.NetConn()
	}
}

// joinedContext ends with one context and has the values of two.
type joinedContext struct {
	context.Context
	values context.Context
}

func (c joinedContext) Value(key any) any {
	if v := c.Context.Value(key); v != nil {
		return v
	}
	return c.values.Value(key)
}

// takeOver answers a CONNECT and takes the connection from the server.
func takeOver(w http.ResponseWriter) (net.Conn, *bufio.Reader, error) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if _, err := io.WriteString(conn, established); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return conn, rw.Reader, nil
}

// connect lets the handler serve the connection.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request, encoded bool) {
	ctx := context.WithoutCancel(r.Context())
	conn, read, err := takeOver(w)
	if err != nil {
		return // the client is gone
	}
	to := p.readable
	if encoded {
		to = p.encoded
	}
	to.put(&inner{Conn: conn, read: read, ctx: ctx})
}

// dialTimeout is how long an allowed host may take to be reached.
const dialTimeout = 30 * time.Second

// tunnel lets a connection through to an allowed host.
func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request, address string) {
	ctx, cancel := context.WithTimeout(r.Context(), dialTimeout)
	defer cancel()
	far, err := p.config.Dial(ctx, "tcp", address)
	if err != nil {
		p.answer(w, r, http.StatusBadGateway, "the allowed host cannot be reached: "+err.Error())
		return
	}
	defer func() { _ = far.Close() }()
	near, read, err := takeOver(w)
	if err != nil {
		return
	}
	defer func() { _ = near.Close() }()
	if !p.keep(near, far) {
		return
	}
	defer p.drop(near, far)
	var both sync.WaitGroup
	both.Go(func() { pass(far, read) })
	both.Go(func() { pass(near, far) })
	both.Wait()
}

// pass copies to the end, and passes that on too: half a connection may be closed.
func pass(to net.Conn, from io.Reader) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
}

// keep notes connections that Close must end; it is false when the proxy is closed already.
func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.tunnels[c] = struct{}{}
	}
	return !p.closed
}

func (p *Proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.tunnels, c)
	}
}

// feed is a listener whose connections come from the proxy.
type feed struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // of Close
}

func newFeed(addr net.Addr) *feed {
	return &feed{addr: addr, conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (f *feed) put(c net.Conn) {
	select {
	case f.conns <- c:
	case <-f.closed:
		_ = c.Close()
	}
}

// Accept waits for the next connection.
func (f *feed) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (f *feed) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

// Addr is the address of the proxy.
func (f *feed) Addr() net.Addr { return f.addr }
