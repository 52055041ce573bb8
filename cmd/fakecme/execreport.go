package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/fake"
)

// noCall is said of a command whose clients went elsewhere: its success says nothing about them.
const noCall = "fakecme: no call has reached the fake; does the command call the services at all? " +
	"if so, its clients ignore HTTPS_PROXY, see fakecme env --help, or are to call the address in FAKECME_URL\n"

// report writes what there is to know about the calls of the command, and returns how many findings there are.
func (p *program) report(srv *fake.Server, calls *commandCalls, status int) int {
	var b strings.Builder
	findings := srv.Findings()
	for _, f := range findings {
		fmt.Fprintf(&b, "fakecme: finding: %s\n", oneLine(f.String()))
	}
	for _, bug := range srv.Bugs() {
		fmt.Fprintf(&b, "fakecme: bug in the fake: %s\n", oneLine(bug))
	}
	if status != 0 {
		for _, call := range calls.refused() {
			fmt.Fprintf(&b, "fakecme: rejected: %s\n", oneLine(call))
		}
	}
	if !calls.any() {
		b.WriteString(noCall)
	}
	_, _ = fmt.Fprint(p.stderr, b.String())
	return len(findings)
}

// commandCalls is what is kept of the calls of the command: the last that were rejected, and whether there was one.
type commandCalls struct {
	mu      sync.Mutex // guards everything below
	last    []string
	reached bool
}

// mostRefused is how many are kept.
const mostRefused = 20

// add notes a call. One that belongs to no service, such as one that the proxy did not let out, has not reached
// the fake, and a callback is the fake's own.
func (c *commandCalls) add(call fake.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.Service != "" && !call.Callback {
		c.reached = true
	}
	if call.Diagnosis != nil {
		c.last = append(c.last[max(0, len(c.last)+1-mostRefused):], call.String())
	}
}

func (c *commandCalls) refused() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.last)
}

func (c *commandCalls) any() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reached
}
