package sample

// The stream is of the constrained baseline profile of H.264 (ITU-T H.264), which everything plays.
const (
	profile     = 66
	constraints = 0xc0
	level       = 11
	// macroblock is the side of one, in pixels.
	macroblock = 16
)

func sequenceSet() []byte {
	w := bits{bytes: []byte{profile, constraints, level}}
	w.number(0, 0, 2, 0)                              // id, frame numbers of 4 bits, order of output as decoded, no references
	w.flags(false)                                    // no gaps in frame numbers
	w.number(Width/macroblock-1, Height/macroblock-1) // size
	w.flags(true, true, false, false)                 // whole frames, 8x8 inference, no cropping, no VUI
	return w.unit(0x67)
}

func pictureSet() []byte {
	var w bits
	w.number(0, 0)               // id, of sequence set 0
	w.flags(false, false)        // CAVLC, no field order
	w.number(0, 0, 0)            // one slice group, default references
	w.flags(false, false, false) // no weights
	w.number(0, 0, 0)            // quantisers as they are
	w.flags(true, false, false)  // slices say how they deblock
	return w.unit(0x68)
}

// slicePicture is a picture that stands on its own. Each macroblock is predicted as the mean of
// its neighbours with nothing added: the first has none and is grey, and so are all.
func slicePicture(number int) []byte {
	var w bits
	w.number(0, 7, 0)                   // from the first macroblock, intra only, picture set 0
	w.flags(false, false, false, false) // frame number 0
	w.number(number % 2)                // two pictures in a row must differ here
	w.flags(false, false)               // nothing about references
	w.number(0, 1)                      // quantiser as it is, no deblocking
	for range Width / macroblock * Height / macroblock {
		w.number(3, 0, 0, 0) // mean of 16x16, mean of chroma, quantiser as it is, no coefficients
	}
	return w.unit(0x65)
}

// bits writes what H.264 calls a raw byte sequence payload.
type bits struct {
	bytes []byte
	free  int // bits of the last byte that are still free
}

func (w *bits) flags(set ...bool) {
	for _, one := range set {
		if w.free == 0 {
			w.bytes, w.free = append(w.bytes, 0), 8
		}
		w.free--
		if one {
			w.bytes[len(w.bytes)-1] |= 1 << w.free
		}
	}
}

// number writes Exp-Golomb codes. A zero is the same with a sign and without.
func (w *bits) number(values ...int) {
	for _, v := range values {
		length := 0
		for (v+1)>>(length+1) > 0 {
			length++
		}
		for range length {
			w.flags(false)
		}
		for i := length; i >= 0; i-- {
			w.flags((v+1)>>i&1 == 1)
		}
	}
}

// unit ends the payload and wraps it as a NAL unit. Two zero bytes are kept from looking like a
// start code.
func (w *bits) unit(header byte) []byte {
	w.flags(true)
	unit, zeros := []byte{header}, 0
	for _, b := range w.bytes {
		if zeros == 2 && b <= 3 {
			unit, zeros = append(unit, 3), 0
		}
		if unit = append(unit, b); b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return unit
}
