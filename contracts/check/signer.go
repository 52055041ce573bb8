package check

import (
	"context"
	"fmt"
)

// SignerRules returns the rules for one kind of endpoint, in their order.
func SignerRules(h5ds bool) []Rule {
	if h5ds {
		return rulesOf(tokenRules)
	}
	return rulesOf(signatureRules)
}

// Signer judges an endpoint that hands out signatures or tokens. It makes about a dozen requests, some
// of them at once, and more where they can show what is wrong. The error says that the description is wrong. An endpoint
// that cannot be reached is no error, but part of the report.
func Signer(ctx context.Context, s SignerServer) (Report, error) {
	e, err := newEndpoint(ctx, s)
	if err != nil {
		return Report{}, fmt.Errorf("check signer: %w", err)
	}
	both := handoutCheck{endpoint: e}
	if s.H5DS != nil {
		return run(shown(e.url), &tokenCheck{handoutCheck: both}, tokenRules), ctx.Err()
	}
	return run(shown(e.url), &signatureCheck{both}, signatureRules), ctx.Err()
}
