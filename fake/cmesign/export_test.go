package cmesign

// Templates are those that Explain fills.
var Templates = templates
