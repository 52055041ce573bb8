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

func (p *Proxy) refuse(w http.ResponseWriter, r *http.Request, host, port string) {
	why := Rejection{
		Status:   http.StatusForbidden,
		Sentence: fmt.Sprintf("the proxy lets no call out to %s", net.JoinHostPort(host, port)),
		Fix: fmt.Sprintf("allow it with --proxy-allow %s, or keep it away from the proxy with NO_PROXY=%s; the proxy plays %s",
			joined(host, port), host, strings.Join(p.config.Hosts, ", ")),
	}
	if slices.Contains(p.config.Hosts, host) {
		why.Sentence, why.Fix = fmt.Sprintf("%s is played at ports 80 and 443, not at %s", host, port), "leave out the port"
	}
	if p.config.Rejected != nil {
		p.config.Rejected(r.Context(), r.Method, net.JoinHostPort(host, port), why)
	}
	p.answer(w, r, why.Status, why.String())
}

// joined leaves out a usual port.
func joined(host, port string) string {
	if port == "443" || port == "80" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// answer writes a text in the proxy's own name, and into a header. Clients show neither body nor header of a response
// to CONNECT, only its status line, so the reason stands there too.
func (p *Proxy) answer(w http.ResponseWriter, r *http.Request, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Fakecme-Why", header(text))
	body := "fakecme: " + text + "\n"
	if r.Method == http.MethodConnect {
		p.answerConnect(w, status, reason(text), body)
		return
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// lingering is how long the client may take to read a response before its connection is closed.
const lingering = time.Second

// answerConnect takes the connection from the server, which cannot write a reason of its own.
func (p *Proxy) answerConnect(w http.ResponseWriter, status int, reason, body string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return // the client is gone
	}
	defer func() { _ = conn.Close() }()
	if !p.keep(conn) {
		return
	}
	defer p.drop(conn)
	_ = conn.SetDeadline(time.Now().Add(lingering))
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
	_, _ = io.Copy(io.Discard, conn) // bytes that nobody reads would make the kernel throw the response away
}

// longestReason bounds what is written into a status line, in bytes.
const longestReason = 160

// reason is the first clause of a text, fit for a status line: bounded, and without line breaks.
func reason(text string) string {
	first, _, _ := strings.Cut("fakecme: "+header(text), "; ")
	if len(first) > longestReason {
		first = first[:longestReason-3] + "..."
	}
	return first
}

// header keeps to printable ASCII.
func header(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
