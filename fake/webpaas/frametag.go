package webpaas

// FrameTags are the labels on stretches of a material that clients put there.
type FrameTags struct {
	// Version is "manual" for labels that no recognition made (documented).
	Version string `json:"version"`
	// Items in the order of their start.
	Items []FrameTag `json:"items,omitempty"`
}

// FrameTag is one labelled stretch.
type FrameTag struct {
	// ID is 24 hex digits.
	ID string `json:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64  `json:"start"`
	End   float64  `json:"end"`
	Tags  []string `json:"tags"`
}
