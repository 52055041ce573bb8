package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

// received is what explain judges: headers, or else a signature.
type received struct {
	headers   *h5dssign.Headers
	signature string
	action    string // what the endpoint of an address demands
}

// received takes what is to be judged from the flags, the argument or standard input.
func (p *program) received(cmd *cobra.Command, x *explain, args []string) (received, error) {
	sign, timestamp := cmd.Flags().Changed("sign"), cmd.Flags().Changed("timestamp")
	switch {
	case (sign || timestamp) && len(args) > 0:
		return received{}, wrong(cmd, "give either the headers in flags or an argument")
	case (sign || timestamp) && !(sign && timestamp && originOf(cmd, "appid") != ""):
		return received{}, wrong(cmd, "--appid, --sign and --timestamp go together: a call has all three headers")
	case sign:
		header := http.Header{"Appid": {x.key.AppID}, "Sign": {x.headers.sign}, "Timestamp": {x.headers.timestamp}}
		return receivedHeaders(header), nil
	case len(args) == 1 && args[0] != "-":
		return receivedText(cmd, args[0])
	}
	text, err := readInput(p.stdin)
	if err != nil {
		return received{}, wrong(cmd, "standard input: %v", err)
	}
	return receivedText(cmd, text)
}

// readInput reads all there is, but for the line end that shells and editors add.
func readInput(r io.Reader) (string, error) {
	const limit = 1 << 20
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	text := strings.TrimRight(string(data), "\r\n")
	switch {
	case err != nil:
		return "", err
	case len(data) > limit:
		return "", fmt.Errorf("there is more than %d bytes; give one signature", limit)
	case text == "":
		return "", errors.New("there is nothing; give a signature, an address, or h5ds header lines")
	}
	return text, nil
}

var (
	headerLine = regexp.MustCompile(`(?im)^(?:> )?(appid|sign|timestamp):(.*)$`) // "> " is how curl -v marks them
	address    = regexp.MustCompile(`(?i)^https?://|(?:^|[?&])signature=`)
)

// receivedText tells header lines, an address and a bare signature apart: base64 has no ':', '?' or '&', and '='
// only at its end.
func receivedText(cmd *cobra.Command, text string) (received, error) {
	if lines := headerLine.FindAllStringSubmatch(text, -1); lines != nil {
		header := http.Header{}
		for _, line := range lines {
			header.Add(line[1], strings.TrimSpace(line[2]))
		}
		return receivedHeaders(header), nil
	}
	if !address.MatchString(text) {
		return received{signature: text}, nil
	}
	signature, ok := queryValue(text, "signature")
	if !ok {
		return received{}, wrong(cmd, "the address has no query parameter signature, and only that is explained")
	}
	return received{signature: signature, action: "Login"}, nil
}

func receivedHeaders(header http.Header) received {
	h := h5dssign.FromHeader(header)
	return received{headers: &h}
}

// queryValue returns the first value of a query parameter of an address, URL-decoded once, by the rules of the
// fake: what cannot be decoded stays as it is.
func queryValue(address, name string) (string, bool) {
	address, _, _ = strings.Cut(address, "#")
	query := address
	if _, after, ok := strings.Cut(address, "?"); ok {
		query = after
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key != name {
			continue
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			return decoded, true
		}
		return value, true
	}
	return "", false
}
