package sample

import (
	"encoding/binary"
	"slices"
	"sync"
)

// Length of the video, in milliseconds and frames.
const (
	milliseconds = 1000
	frames       = 5
)

// Video is an MP4 of H.264: grey frames, no sound. It holds moov before mdat, so that it plays
// while it loads.
var Video = sync.OnceValue(func() []byte {
	head := box("ftyp", []byte("isom"), u32(512), []byte("isomiso2avc1mp41"))
	var pictures [][]byte
	for i := range frames {
		nal := slicePicture(i)
		pictures = append(pictures, append(u32(uint32(len(nal))), nal...))
	}
	// How long moov is does not depend on the offset that it tells.
	data := len(head) + len(moov(pictures, 0)) + len("sizemdat")
	return slices.Concat(head, moov(pictures, data), box("mdat", pictures...))
})

func moov(pictures [][]byte, offset int) []byte {
	return box("moov",
		full("mvhd", 0, u32(0, 0, milliseconds, milliseconds, 1<<16), u16(1<<8, 0), u32(0, 0), unity, make([]byte, 24), u32(2)),
		box("trak",
			full("tkhd", 3, u32(0, 0, 1, 0, milliseconds, 0, 0), u16(0, 0, 0, 0), unity, u32(Width<<16, Height<<16)),
			box("mdia",
				full("mdhd", 0, u32(0, 0, milliseconds, milliseconds), u16(0x55c4, 0)), // language "und"
				full("hdlr", 0, u32(0), []byte("vide"), u32(0, 0, 0), []byte("video\x00")),
				box("minf",
					full("vmhd", 1, u16(0, 0, 0, 0)),
					box("dinf", full("dref", 0, u32(1), full("url ", 1))),
					sampleTable(pictures, offset)))))
}

// unity is the matrix that leaves a picture as it is.
var unity = u32(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30)

func sampleTable(pictures [][]byte, offset int) []byte {
	sizes := u32(0, uint32(len(pictures)))
	for _, p := range pictures {
		sizes = append(sizes, u32(uint32(len(p)))...)
	}
	entry := box("avc1", make([]byte, 6), u16(1), make([]byte, 16), u16(Width, Height), u32(72<<16, 72<<16, 0),
		u16(1), make([]byte, 32), u16(24, 0xffff), decoderConfig())
	return box("stbl",
		full("stsd", 0, u32(1), entry),
		full("stts", 0, u32(1, uint32(len(pictures)), milliseconds/frames)),
		full("stsc", 0, u32(1, 1, uint32(len(pictures)), 1)),
		full("stsz", 0, sizes),
		full("stco", 0, u32(1, uint32(offset))))
}

func decoderConfig() []byte {
	sps, pps := sequenceSet(), pictureSet()
	return box("avcC",
		[]byte{1, profile, constraints, level, 0xff, 0xe1}, // lengths of four bytes; one set
		u16(uint16(len(sps))), sps, []byte{1}, u16(uint16(len(pps))), pps)
}

// box writes one box of ISO/IEC 14496-12: its size, its kind, what is in it.
func box(kind string, parts ...[]byte) []byte {
	inside := slices.Concat(parts...)
	return slices.Concat(u32(uint32(8+len(inside))), []byte(kind), inside)
}

// full writes a box with version 0 and flags.
func full(kind string, flags uint32, parts ...[]byte) []byte {
	return box(kind, append([][]byte{u32(flags)}, parts...)...)
}

func u32(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func u16(values ...uint16) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}
