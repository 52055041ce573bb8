package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

const healthLong = `Asks a running fake whether it is well, for container health checks and scripts that
wait for it. It is silent with status 0 when the fake answers within 2 seconds;
otherwise it writes one line on stderr and ends with status 1.

Without --url it asks where FAKECME_HTTP says that "fakecme serve" listens, and
127.0.0.1:11560 without that.`

// healthTimeout is for the whole call.
const healthTimeout = 2 * time.Second

func (p *program) healthcheckCommand() *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running fake whether it is well",
		Long:  healthLong,
		Example: `  fakecme healthcheck --url http://127.0.0.1:11560
  FAKECME_HTTP=0.0.0.0:11560 fakecme healthcheck`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if base == "" {
				var err error
				if base, err = p.ownAddress(cmd); err != nil {
					return err
				}
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
			defer cancel()
			if err := askHealth(ctx, base); err != nil {
				return failed(cmd, "%s is not well: %v", base, err)
			}
			return nil
		},
	}
	add(cmd.Flags(), &base, "url", "", "address of the fake; host:port will do", asFake)
	return cmd
}

// parseFake takes a base address, or host:port as serve does.
func parseFake(text string) (string, error) {
	if address, err := parseAddress(text); err == nil {
		return "http://" + dialable(address), nil
	}
	base, err := parseBase(text)
	if err != nil {
		return "", fmt.Errorf("%q is no address of a fake; write one such as http://127.0.0.1:11560, or host:port", text)
	}
	return base, nil
}

// ownAddress is where serve listens in the same environment.
func (p *program) ownAddress(cmd *cobra.Command) (string, error) {
	address := p.variable("FAKECME_HTTP")
	if address == "" {
		address = "127.0.0.1:11560"
	}
	address, err := parseAddress(address)
	if err != nil {
		return "", wrong(cmd, "FAKECME_HTTP: %v", err)
	}
	if _, port, _ := net.SplitHostPort(address); port == "0" {
		return "", wrong(cmd, "FAKECME_HTTP: port 0 takes a free port, and does not say which; give --url")
	}
	return "http://" + dialable(address), nil
}

// askHealth goes straight to the fake: a proxy of the environment is not asked.
func askHealth(ctx context.Context, base string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/_fakecme/health", nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("no response within %s", healthTimeout)
		}
		return fmt.Errorf("%w; does fakecme serve run there?", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("read the response: %w", err)
	}
	var health struct {
		Status string `json:"status"`
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	if json.Unmarshal(body, &health) != nil || health.Status != "ok" {
		return errors.New("the response is not that of fakecme; another server listens there")
	}
	return nil
}
