package webpaas

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// This file holds the parts that requests, responses and fixtures of several classes of operations share.

// badRequest returns the error for a bad parameter, given by its name or its JSON pointer.
func badRequest(parameter string) *op.Error {
	return errParameter.Of(strings.TrimPrefix(parameter, "/"))
}

// badValue returns badRequest with a diagnosis.
func badValue(parameter, fix, format string, args ...any) error {
	return badRequest(parameter).Because("webpaas.parameter", fix, "%s: %s", parameter, fmt.Sprintf(format, args...))
}

// paging is Offset and Limit of a request.
type paging struct{ Offset, Limit int64 }

// page returns the bounds of the page in a list of total items. A Limit of zero is the default, as in the documented
// example of Team.DescribeJoinTeams. A maxLimit of zero stands for none: not all operations document one.
func (p paging) page(total, defaultLimit, maxLimit int) (from, to int, err error) {
	switch {
	case p.Offset < 0:
		return 0, 0, badValue("Offset", "send 0 or more", "it is %d", p.Offset)
	case p.Limit < 0:
		return 0, 0, badValue("Limit", "send 0 or more", "it is %d", p.Limit)
	case maxLimit > 0 && p.Limit > int64(maxLimit):
		return 0, 0, errLimit.Because("webpaas.limit", "ask for fewer and page on with Offset",
			"Limit is %d, at most %d are allowed", p.Limit, maxLimit)
	}
	limit := p.Limit
	if limit == 0 {
		limit = int64(defaultLimit)
	}
	first := min(p.Offset, int64(total))
	return int(first), int(first + min(limit, int64(total)-first)), nil
}

// sortBy is SortBy of a request. The default order is descending (documented).
type sortBy struct {
	Field string
	Order string
}

const (
	byCreateTime = "CreateTime"
	byUpdateTime = "UpdateTime"
	ascending    = "Asc"
	descending   = "Desc"
)

// validate rejects values that the contract does not list. A missing Sort or an empty part of it means the default.
func (s *sortBy) validate(fields ...string) error {
	switch {
	case s == nil:
		return nil
	case s.Field != "" && !slices.Contains(fields, s.Field):
		return badValue("Sort", "see Sort.Field of the operation", "Field is %q; allowed are %q", s.Field, fields)
	case s.Order != "" && s.Order != ascending && s.Order != descending:
		return badValue("Sort", "send Asc or Desc", "Order is %q", s.Order)
	}
	return nil
}

func (s *sortBy) ascends() bool { return s != nil && s.Order == ascending }

// emptyOrHas reports whether a filter admits a value. An empty filter admits all.
func emptyOrHas(filter []string, value string) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

// hasAll reports whether have contains every text of want.
func hasAll(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

// classRef is a class id in a request: a number (example) or a text (table of SearchScope).
type classRef int64

// noClassRef stands for a value that is not a number.
const noClassRef classRef = math.MinInt64

// UnmarshalJSON never fails, because the response to a bad id depends on the operation.
func (r *classRef) UnmarshalJSON(data []byte) error {
	text := string(data)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	*r = noClassRef
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		*r = classRef(id)
	}
	return nil
}

// textOrList is a list of texts. A single text stands for a list of one, and the empty text for an empty list. The
// table gives ProjectIds the type String and describes an array.
type textOrList []string

func (l *textOrList) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) != nil {
		return json.Unmarshal(text, (*[]string)(l))
	}
	if one != "" {
		*l = textOrList{one}
	}
	return nil
}

// change sets a field to the value that a request has for it, if there is one.
func change[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// characters counts characters, not bytes, as the documents do.
func characters(text string) int { return utf8.RuneCountInString(text) }

// fold prepares a text for a comparison that ignores case.
func fold(text string) string { return strings.ToLower(text) }

// notNil turns nil into an empty list: responses contain [], never null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// wireTime formats a time in whole seconds of UTC, as in every example of media.
func wireTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// wholeSecond rounds a time down to a value that wireTime can show, so that a client can filter by the times it read.
func wholeSecond(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// times fills in missing times and rounds both to whole seconds.
func times(c *op.Call, created, updated time.Time) (time.Time, time.Time) {
	fill(&created, c.Now)
	fill(&updated, created)
	return wholeSecond(created), wholeSecond(updated)
}

// newerFirst compares by time, the newest first, and then by id, so that the order is always the same.
func newerFirst(a, b time.Time, idA, idB string) int {
	return cmp.Or(b.Compare(a), cmp.Compare(idA, idB))
}

// fill sets a field that has no value.
func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// oneOf returns an error, which begins with the field, unless the value is allowed.
func oneOf(field, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s: %q; allowed are %s", field, value, strings.Join(allowed, ", "))
}

// unusedID returns the next id that no fixture uses.
func unusedID[V any](c *op.Call, kind op.Kind, taken map[string]V) string {
	for {
		id := c.NewID(kind)
		if _, ok := taken[id]; !ok {
			return id
		}
	}
}

// set stores a value in a map that may still be nil.
func set[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}
