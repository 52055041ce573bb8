package h5ds

// done is the answer of an operation that has nothing to tell. The vendor's clients test only
// whether it is truthy; that it is true is derived.
type done bool
