package h5dssign

// Templates are those that Explain fills.
var Templates = templates
