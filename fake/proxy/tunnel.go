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

// established is the response that accepts a CONNECT.
const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// tunnelConn is a connection through the proxy that the handler serves.
type tunnelConn struct {
	net.Conn
	read *bufio.Reader // begins with the bytes that the client sent right behind its CONNECT
	ctx  context.Context
}

func (c *tunnelConn) Read(b []byte) (int, error) { return c.read.Read(b) }

// NetConn returns the connection itself, like the method of tls.Conn. A fault resets it.
func (c *tunnelConn) NetConn() net.Conn { return c.Conn }

// tunnelContext gives the calls on a connection the context that its CONNECT had.
func tunnelContext(server context.Context, c net.Conn) context.Context {
	for {
		if in, ok := c.(*tunnelConn); ok {
			return joinedContext{Context: server, values: in.ctx}
		}
		below, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return server
		}
		c = below.NetConn()
	}
}

// joinedContext ends with its first context and has the values of both.
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

// takeOver accepts a CONNECT and takes the connection from the server.
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

// connect makes the handler serve the connection.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request, encoded bool) {
	ctx := context.WithoutCancel(r.Context())
	conn, read, err := takeOver(w)
	if err != nil {
		return // the client is gone
	}
	to := p.plainConns
	if encoded {
		to = p.tlsConns
	}
	to.put(&tunnelConn{Conn: conn, read: read, ctx: ctx})
}

// dialTimeout is how long connecting to an allowed host may take.
const dialTimeout = 30 * time.Second

// tunnel joins the connection of the client with one to an allowed host.
func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request, address string) {
	ctx, cancel := context.WithTimeout(r.Context(), dialTimeout)
	defer cancel()
	far, err := p.config.Dial(ctx, "tcp", address)
	if err != nil {
		p.respond(w, r, http.StatusBadGateway, "the allowed host cannot be reached: "+err.Error())
		return
	}
	defer func() { _ = far.Close() }()
	near, read, err := takeOver(w)
	if err != nil {
		return
	}
	defer func() { _ = near.Close() }()
	if !p.track(near, far) {
		return
	}
	defer p.untrack(near, far)
	var both sync.WaitGroup
	both.Go(func() { pass(far, read) })
	both.Go(func() { pass(near, far) })
	both.Wait()
}

// pass copies until the end, and then closes that half of the connection.
func pass(to net.Conn, from io.Reader) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
}

// track notes connections that Close must end. It returns false if the proxy is closed already.
func (p *Proxy) track(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.tunnels[c] = struct{}{}
	}
	return !p.closed
}

func (p *Proxy) untrack(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.tunnels, c)
	}
}

// connListener is a listener whose connections come from the proxy.
type connListener struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // of Close
}

func newConnListener(addr net.Addr) *connListener {
	return &connListener{addr: addr, conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (f *connListener) put(c net.Conn) {
	select {
	case f.conns <- c:
	case <-f.closed:
		_ = c.Close()
	}
}

// Accept waits for the next connection.
func (f *connListener) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (f *connListener) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

// Addr is the address of the proxy.
func (f *connListener) Addr() net.Addr { return f.addr }
