package proxy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (p *Proxy) reject(w http.ResponseWriter, r *http.Request, host, port string) {
	why := Rejection{
		Status:   http.StatusForbidden,
		Sentence: fmt.Sprintf("the proxy lets no call out to %s", net.JoinHostPort(host, port)),
		Fix:      fmt.Sprintf("%s; the proxy serves %s", advice(host, port), strings.Join(p.config.Hosts, ", ")),
	}
	if slices.Contains(p.config.Hosts, host) {
		why.Sentence, why.Fix = fmt.Sprintf("the proxy serves %s at ports 80 and 443, not at %s", host, port), "leave out the port"
	}
	if p.config.Rejected != nil {
		p.config.Rejected(r.Context(), r.Method, net.JoinHostPort(host, port), why)
	}
	p.respond(w, r, why.Status, why.String())
}

// advice says how a client gets to a host that the proxy does not let it call.
func advice(host, port string) string {
	allowed, err := ParseAllowed(allowable(host, port))
	if err != nil || allowed.host != host {
		return "this is not the name of a host"
	}
	return fmt.Sprintf("allow it with --proxy-allow %s, or let clients call it without the proxy: set NO_PROXY=%s before fakecme exec or fakecme env", allowed, host)
}

// allowable writes an address for --proxy-allow. It leaves out the usual ports.
func allowable(host, port string) string {
	if port == "443" || port == "80" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// respond writes a text of the proxy itself, into the body and into a header. Of a response to CONNECT clients show the
// status line only, so the reason stands there too.
func (p *Proxy) respond(w http.ResponseWriter, r *http.Request, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Fakecme-Why", header(text))
	body := "fakecme: " + text + "\n"
	if r.Method == http.MethodConnect {
		p.respondToConnect(w, status, reason(text), body)
		return
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// lingerTimeout is how long the client may take to read a response before the proxy closes the connection.
const lingerTimeout = time.Second

// respondToConnect takes the connection from the server, because the server cannot write a reason into the status line.
func (p *Proxy) respondToConnect(w http.ResponseWriter, status int, reason, body string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return // the client is gone
	}
	defer func() { _ = conn.Close() }()
	if !p.track(conn) {
		return
	}
	defer p.untrack(conn)
	_ = conn.SetDeadline(time.Now().Add(lingerTimeout))
	whole := http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + reason, ProtoMajor: 1, ProtoMinor: 1,
		Header: w.Header(), ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Close: true,
	}
	if whole.Write(conn) != nil {
		return
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, conn) // unread bytes would make the kernel discard the response
}

// maxReason bounds the reason in a status line, in bytes.
const maxReason = 160

// reason returns the first clause of a text for a status line, without line breaks and not too long.
func reason(text string) string {
	first, _, _ := strings.Cut("fakecme: "+header(text), "; ")
	if len(first) > maxReason {
		first = first[:maxReason-3] + "..."
	}
	return first
}

// header writes a question mark for all that is not printable ASCII.
func header(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
