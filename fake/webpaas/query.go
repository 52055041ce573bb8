package webpaas

import (
	"slices"
	"strings"
	"time"
)

// mediaFilter is what both searches can ask for. All that is given must hold.
type mediaFilter struct {
	MaterialTypes   []string
	Text            string
	Resolutions     []string
	DurationRange   *struct{ LowerBound, UpperBound *int64 }
	CreateTimeRange *struct{ StartTime, EndTime string }
	PresetTagIDs    []string `json:"PresetTagIds"`
	Sort            *sortBy
	paging
}

// query is a checked mediaFilter.
type query struct {
	mediaFilter
	text     string // folded
	tags     []string
	from, to time.Time // zero without a bound
}

// query checks a filter as the contract does, and what a contract cannot say.
func (f mediaFilter) query(tags []string) (query, error) {
	q := query{mediaFilter: f, text: fold(f.Text), tags: tags}
	if characters(f.Text) > maxText {
		return q, badValue("Text", "send at most 15 characters", "it has %d characters", characters(f.Text))
	}
	if err := f.Sort.validate(byCreateTime); err != nil {
		return q, err
	}
	if d := f.DurationRange; d != nil && d.LowerBound != nil && d.UpperBound != nil && *d.LowerBound > *d.UpperBound {
		return q, badValue("DurationRange", "swap the bounds", "LowerBound %d is above UpperBound %d", *d.LowerBound, *d.UpperBound)
	}
	if r := f.CreateTimeRange; r != nil {
		var err error
		if q.from, err = bound(r.StartTime); err != nil {
			return q, err
		}
		if q.to, err = bound(r.EndTime); err != nil {
			return q, err
		}
		if !q.from.IsZero() && !q.to.IsZero() && q.from.After(q.to) {
			return q, errStartAfterEnd.Because("webpaas.time-range", "swap StartTime and EndTime",
				"StartTime %s is after EndTime %s", r.StartTime, r.EndTime)
		}
	}
	return q, nil
}

func bound(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, badValue("CreateTimeRange", "send times like 2020-12-14T09:05:08Z", "%q is not an ISO time", text)
	}
	return t, nil
}

// matches are in the order of the response: by score when there is a text (documented), and newest first or
// as Sort says otherwise; of one score newest first (assumed).
func (q query) matches(candidates []*entry) matches {
	candidates = q.inTime(candidates)
	ascends := q.text == "" && q.Sort.ascends()
	if q.admitsAll() {
		return matches{candidates, ascends}
	}
	var byScore [exactMatch + 1][]*entry // newest last
	for _, e := range candidates {
		if score := e.score(q.text); score > noMatch && q.admits(e) {
			byScore[score] = append(byScore[score], e)
		}
	}
	return matches{slices.Concat(byScore[:]...), ascends}
}

// matches are entries from the last to the first of the response, or the other way round.
type matches struct {
	entries []*entry
	ascends bool
}

// at returns the i-th of the response.
func (m matches) at(i int) *entry {
	if m.ascends {
		return m.entries[i]
	}
	return m.entries[len(m.entries)-1-i]
}

// admitsAll says whether nothing is asked for but a time: then nothing need be looked at.
func (q query) admitsAll() bool {
	return q.text == "" && len(q.MaterialTypes)+len(q.Resolutions)+len(q.tags)+len(q.PresetTagIDs) == 0 && q.DurationRange == nil
}

// inTime cuts candidates to the time asked for, bounds included (assumed).
func (q query) inTime(candidates []*entry) []*entry {
	after := func(e *entry, t time.Time) int { return e.created.Compare(t) }
	if !q.to.IsZero() {
		end, _ := slices.BinarySearchFunc(candidates, q.to.Add(1), after)
		candidates = candidates[:end]
	}
	if !q.from.IsZero() {
		start, _ := slices.BinarySearchFunc(candidates, q.from, after)
		candidates = candidates[start:]
	}
	return candidates
}

// admits says whether all but text and time hold: one of the types and resolutions, the duration within
// its bounds, and every tag (that tags are joined by "and" is assumed).
func (q query) admits(e *entry) bool {
	if len(q.MaterialTypes) > 0 && !slices.Contains(q.MaterialTypes, e.kind) {
		return false
	}
	if len(q.Resolutions) > 0 && !slices.Contains(q.Resolutions, e.resolution) {
		return false
	}
	if d := q.DurationRange; d != nil {
		if e.duration == 0 || d.LowerBound != nil && e.duration < float64(*d.LowerBound) ||
			d.UpperBound != nil && e.duration > float64(*d.UpperBound) {
			return false
		}
	}
	return hasAll(e.tags, q.tags) && hasAll(e.presetTags, q.PresetTagIDs)
}

// How well a text matches a name or a description. The documents speak of a score and do not say how
// it is made: all of this is assumed.
const (
	noMatch = iota
	containsMatch
	prefixMatch
	exactMatch
)

// score is that of the name or of the description, whichever is better. No text matches everything.
func (e *entry) score(text string) int {
	if text == "" {
		return containsMatch
	}
	return max(scoreOf(e.name, text), scoreOf(e.description, text))
}

func scoreOf(candidate, text string) int {
	switch {
	case candidate == text:
		return exactMatch
	case strings.HasPrefix(candidate, text):
		return prefixMatch
	case strings.Contains(candidate, text):
		return containsMatch
	default:
		return noMatch
	}
}

// paging is Offset and Limit of a request.
type paging struct{ Offset, Limit int64 }

// page returns the bounds of the page in a list of total items. A Limit of zero is the default, as in
// the documented example of Team.DescribeJoinTeams; most is zero where no maximum is documented.
func (p paging) page(total, byDefault, most int) (from, to int, err error) {
	switch {
	case p.Offset < 0:
		return 0, 0, badValue("Offset", "send 0 or more", "it is %d", p.Offset)
	case p.Limit < 0:
		return 0, 0, badValue("Limit", "send 0 or more", "it is %d", p.Limit)
	case most > 0 && p.Limit > int64(most):
		return 0, 0, errLimit.Because("webpaas.limit", "ask for fewer and page on with Offset",
			"Limit is %d, at most %d are allowed", p.Limit, most)
	}
	limit := p.Limit
	if limit == 0 {
		limit = int64(byDefault)
	}
	first := min(p.Offset, int64(total))
	return int(first), int(first + min(limit, int64(total)-first)), nil
}
