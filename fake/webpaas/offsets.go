package webpaas

// offsets is StartTimeOffset and EndTimeOffset of a request, in seconds from the material's beginning.
type offsets struct{ StartTimeOffset, EndTimeOffset float64 }

// validate rejects a range that ends before it starts: documented for Material.AddMaterialFrameTag, assumed
// for the others. One that ends where it starts is a moment, and may be (assumed).
func (r offsets) validate() error {
	switch {
	case r.StartTimeOffset < 0:
		return badValue("StartTimeOffset", "send 0 or more", "it is %g", r.StartTimeOffset)
	case r.StartTimeOffset > r.EndTimeOffset:
		return errStartAfterEnd.Because("webpaas.time-range", "swap StartTimeOffset and EndTimeOffset",
			"StartTimeOffset %g is after EndTimeOffset %g", r.StartTimeOffset, r.EndTimeOffset)
	}
	return nil
}

// itemPage is how many items a response that is read by time has, unless a [Recognition] says otherwise. No
// document has a number; this one is the default of the searches (assumed).
const itemPage = 50

// lastOffset is the LastTimeOffset of a response after which there is nothing more (documented).
const lastOffset = -1

// timed is an item of a response that is read by time.
type timed interface{ begins() float64 }

// read returns the items that begin within the range, bounds included, and the LastTimeOffset: where the next
// read begins, or -1. That is where the first item left out begins, so that whoever goes on from there gets
// each item once. Items that begin together stay together, however many, for the same reason.
//
// Both documented examples that go on fit: their LastTimeOffset, 5.0, is the end of the last item in one and later
// than it in the other. That an item belongs where it begins is assumed.
func read[T timed](items []T, r offsets, page int) (some []T, last float64) {
	if page == 0 {
		page = itemPage
	}
	some = []T{}
	for _, item := range items { // in the order of their beginning
		switch at := item.begins(); {
		case at < r.StartTimeOffset:
		case at > r.EndTimeOffset:
			return some, lastOffset
		case len(some) >= page && at > some[len(some)-1].begins():
			return some, at
		default:
			some = append(some, item)
		}
	}
	return some, lastOffset
}

func (t FrameTag) begins() float64 { return t.Start }
func (s Subtitle) begins() float64 { return s.Start }
func (t Text) begins() float64     { return t.Start }
