package h5dssign

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// signShape matches a text with a sign in it, of any key.
var signShape = regexp.MustCompile(`\b[0-9A-Fa-f]{32}\b`)

// owner finds the key whose secret makes the sign, whatever the appid is.
func (v Verifier) owner(h Headers) (Key, bool) {
	sign := spell(h.Sign)
	return v.first(func(key Key) bool {
		_, ok := written(sign, md5Sum(key.Secret, h.Timestamp+key.Secret))
		return ok
	})
}

// first returns the key in Others for which a predicate holds. Of several it returns the one whose appid sorts first, because
// the diagnosis must not depend on the order of Others.
func (v Verifier) first(predicate func(Key) bool) (first Key, ok bool) {
	if v.Others == nil {
		return Key{}, false
	}
	for key := range v.Others {
		if key.Secret != "" && predicate(key) && (!ok || key.AppID < first.AppID) {
			first, ok = key, true
		}
	}
	return first, ok
}

// quote returns the value of a header in quotes, unless it is long or holds a credential.
func (v Verifier) quote(h Headers, value string) string {
	switch {
	case len(value) > 100:
		return fmt.Sprintf("(not shown, it has %d bytes)", len(value))
	case v.holdsCredential(h, value), v.holdsCredential(h, strconv.Quote(value)): // quoting can write a credential: \xff and ake
		return "(not shown, it holds a credential)"
	}
	return strconv.Quote(value)
}

// holdsCredential reports whether the value of a header holds a secret of this server, or a text in the form of a sign,
// which may have been made with one. Clients do confuse their variables.
func (v Verifier) holdsCredential(h Headers, value string) bool {
	if v.Hide != nil && v.Hide(value) != value || signShape.MatchString(value) {
		return true
	}
	lower := strings.ToLower(value)
	holds := func(key Key) bool {
		return strings.Contains(lower, strings.ToLower(key.Secret)) ||
			strings.Contains(lower, Sign(key.Secret, h.Timestamp)) ||
			strings.Contains(lower, Sign(key.Secret, h.Sign)) // the headers may have changed places
	}
	if key, ok := v.lookup(h.AppID); ok && holds(key) {
		return true
	}
	_, ok := v.first(holds)
	return ok
}
