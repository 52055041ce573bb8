package h5ds

// done is the response of an operation that has nothing to tell. The vendor's clients test only
// whether it is truthy; that it is true is assumed.
type done bool
