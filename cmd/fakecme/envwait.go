package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// certificate is that of a file, or else that of the running fake, whose proxy must answer then.
func (p *program) certificate(cmd *cobra.Command, r *envRequest, base string) ([]byte, error) {
	if r.ca != "" {
		text, err := os.ReadFile(r.ca)
		if err == nil {
			err = oneAuthority(text)
		}
		if err != nil {
			return nil, wrong(cmd, "--ca: %s: %v", r.ca, err)
		}
		return text, nil
	}
	u, err := url.Parse(r.proxy)
	if err != nil {
		return nil, wrong(cmd, "--proxy: this is not an address")
	}
	waiting, cancel := context.WithTimeout(cmd.Context(), r.wait)
	defer cancel()
	for {
		text, err := askCertificate(cmd, base, u.Host)
		if err == nil {
			return text, nil
		}
		select {
		case <-waiting.Done():
			return nil, err
		case <-time.After(askAgain):
		}
	}
}

// askAgain is the pause between two questions to a fake that does not listen yet.
const askAgain = 50 * time.Millisecond

// askCertificate asks once. A fake that has no certificate may have one in a moment: it opens its proxy last.
func askCertificate(cmd *cobra.Command, base, proxyAddress string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
	defer cancel()
	text, err := fetchCertificate(ctx, base+"/_fakecme/ca.pem")
	if err != nil {
		return nil, failed(cmd, "%s does not give its certificate: %v; run fakecme serve --proxy 127.0.0.1:11562, or give --url or --ca", base, err)
	}
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", proxyAddress)
	if err != nil {
		return nil, failed(cmd, "no proxy listens at %s; start the fake with --proxy, or say where it is one", proxyAddress)
	}
	_ = conn.Close()
	return text, nil
}

// parseWait takes a duration that is not negative.
func parseWait(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err == nil && d < 0 {
		err = fmt.Errorf("%s is less than 0; 0s asks once", text)
	}
	return d, err
}

// evalFails is what env prints when it fails, for the shell that reads its output: the eval of nothing would succeed.
// There is none for JSON.
var evalFails = map[string]string{"sh": "false\n", "fish": "false\n", "powershell": "throw 'fakecme env failed'\n"}

// failEval tells the shell that a command failed whose output it evaluates, for whatever reason.
func (p *program) failEval(cmd *cobra.Command) {
	if shell := cmd.Flags().Lookup("shell"); shell != nil {
		_, _ = fmt.Fprint(p.stdout, evalFails[shell.Value.String()])
	}
}

// fetchCertificate goes straight to the fake: a proxy of the environment is not asked.
func fetchCertificate(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusNotFound:
		return nil, errors.New("it has none, because it has neither --https nor --proxy")
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it answers %s", response.Status)
	}
	return text, oneAuthority(text)
}
