package h5ds

import _ "github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest" // gives the errors their texts
