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

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
)

const healthLong = `Asks a running fake whether it is well, for container health checks and scripts that
wait for it. It is silent with status 0 when the fake answers within 2 seconds;
otherwise it writes one line on stderr and ends with status 1.

Without --url it asks where FAKECME_HTTP says that "fakecme serve" listens, and
127.0.0.1:11560 without that.`

// healthTimeout is for the whole call.
const healthTimeout = 2 * time.Second

func newHealthcheckCommand(env *command.Environment) *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running fake whether it is well",
		Long:  healthLong,
		Example: `  fakecme healthcheck --url http://127.0.0.1:11560
  FAKECME_HTTP=0.0.0.0:11560 fakecme healthcheck`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if base == "" {
				var err error
				if base, err = ownAddress(cmd, env); err != nil {
					return err
				}
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
			defer cancel()
			if err := checkHealth(ctx, base); err != nil {
				return command.Failed(cmd, "%s is not well: %v", base, err)
			}
			return nil
		},
	}
	option.Add(cmd.Flags(), &base, "url", "", "address of the fake, or host:port", option.FakeURL)
	return cmd
}

// ownAddress returns the address at which serve listens in the same environment.
func ownAddress(cmd *cobra.Command, env *command.Environment) (string, error) {
	address := env.Variable("FAKECME_HTTP")
	if address == "" {
		address = "127.0.0.1:11560"
	}
	address, err := option.ParseAddress(address)
	if err != nil {
		return "", command.Wrong(cmd, "FAKECME_HTTP: %v", err)
	}
	if _, port, _ := net.SplitHostPort(address); port == "0" {
		return "", command.Wrong(cmd, "FAKECME_HTTP: port 0 takes a free port, and does not say which; give --url")
	}
	return "http://" + option.Dialable(address), nil
}

// askFake sends a GET to a running fake, without the proxy that the environment may name. The caller must close the body
// of the response.
func askFake(ctx context.Context, base, path string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return nil, err
	}
	return (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
}

func checkHealth(ctx context.Context, base string) error {
	response, err := askFake(ctx, base, "/_fakecme/health")
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
