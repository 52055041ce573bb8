package sample

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"image/png"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsed is a box and what stands in it.
type parsed struct {
	kind  string
	at    int // of its content, in the file
	data  []byte
	boxes []parsed
}

// parse reads boxes as any player does, and fails on one that does not fit what holds it.
func parse(t *testing.T, data []byte, at int) []parsed {
	t.Helper()
	var boxes []parsed
	for len(data) > 0 {
		if len(data) < 8 {
			t.Fatalf("%d bytes at %d are no box", len(data), at)
		}
		size := int(binary.BigEndian.Uint32(data))
		if size < 8 || size > len(data) {
			t.Fatalf("the box at %d says %d bytes; there are %d", at, size, len(data))
		}
		b := parsed{kind: string(data[4:8]), at: at + 8, data: data[8:size]}
		skip, holds := map[string]int{"moov": 0, "trak": 0, "mdia": 0, "minf": 0, "dinf": 0, "stbl": 0, "dref": 8, "stsd": 8, "avc1": 78}[b.kind]
		if holds {
			b.boxes = parse(t, b.data[skip:], b.at+skip)
		}
		boxes = append(boxes, b)
		data, at = data[size:], at+size
	}
	return boxes
}

func find(t *testing.T, boxes []parsed, path ...string) parsed {
	t.Helper()
	var found parsed
	for _, kind := range path {
		found = parsed{}
		for _, b := range boxes {
			if b.kind == kind {
				found = b
			}
		}
		if found.kind == "" {
			t.Fatalf("there is no box %s of %v", kind, path)
		}
		boxes = found.boxes
	}
	return found
}

func number(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }

func TestVideo(t *testing.T) {
	t.Parallel()
	file := Video()
	if len(file) > 2<<10 {
		t.Errorf("%d bytes; it should be small", len(file))
	}
	boxes := parse(t, file, 0)
	var order []string
	for _, b := range boxes {
		order = append(order, b.kind)
	}
	if diff := cmp.Diff([]string{"ftyp", "moov", "mdat"}, order); diff != "" {
		t.Fatalf("boxes (-want +got):\n%s", diff)
	}
	header := find(t, boxes, "moov", "mvhd").data
	if scale, length := number(header, 12), number(header, 16); length != scale {
		t.Errorf("the film lasts %d of %d: not a second", length, scale)
	}
	track := find(t, boxes, "moov", "trak", "tkhd").data
	if w, h := number(track, 76)>>16, number(track, 80)>>16; w != Width || h != Height {
		t.Errorf("the track is %d by %d", w, h)
	}
	table := []string{"moov", "trak", "mdia", "minf", "stbl"}
	sizes := find(t, boxes, append(table, "stsz")...).data
	offset := number(find(t, boxes, append(table, "stco")...).data, 8)
	media := find(t, boxes, "mdat")
	if offset != media.at {
		t.Errorf("the pictures begin at %d, the table says %d", media.at, offset)
	}
	if count := number(sizes, 8); count != frames {
		t.Errorf("%d pictures, want %d", count, frames)
	}
	left := media.data
	for i := range frames {
		size := number(sizes, 12+4*i)
		if length := number(left, 0); length != size-4 || left[4] != 0x65 {
			t.Errorf("picture %d: %d bytes of %d, header %x", i, length, size, left[4])
		}
		left = left[size:]
	}
	if len(left) != 0 {
		t.Errorf("%d bytes after the last picture", len(left))
	}
	// The sets as ffmpeg 5.1 was seen to read them: 256 by 144, constrained baseline.
	config := find(t, boxes, append(table, "stsd", "avc1", "avcC")...).data
	if diff := cmp.Diff("0142c00bffe10008"+"6742c00bdc101390"+"010004"+"68ce3c80", hex.EncodeToString(config)); diff != "" {
		t.Errorf("avcC (-want +got):\n%s", diff)
	}
}

func TestImage(t *testing.T) {
	t.Parallel()
	picture, err := png.Decode(bytes.NewReader(Image()))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != Width || size.Y != Height {
		t.Errorf("it is %v", size)
	}
	if r, g, b, a := picture.At(3, 4).RGBA(); r>>8 != 128 || g != r || b != r || a>>8 != 255 {
		t.Errorf("it is not grey: %d %d %d %d", r, g, b, a)
	}
}

func TestWAV(t *testing.T) {
	t.Parallel()
	for _, rate := range Rates {
		file := WAV(rate)
		if len(file) != 44+2*rate || string(file[:4]) != "RIFF" || string(file[8:16]) != "WAVEfmt " || string(file[36:40]) != "data" {
			t.Fatalf("%d: %d bytes: % x", rate, len(file), file[:44])
		}
		little := binary.LittleEndian
		for name, field := range map[string]struct{ want, got int }{
			"RIFF size":      {len(file) - 8, int(little.Uint32(file[4:]))},
			"rate":           {rate, int(little.Uint32(file[24:]))},
			"bytes a second": {2 * rate, int(little.Uint32(file[28:]))},
			"data size":      {2 * rate, int(little.Uint32(file[40:]))},
		} {
			if field.got != field.want {
				t.Errorf("%d: %s is %d, want %d", rate, name, field.got, field.want)
			}
		}
	}
}

// TestMP3 walks from header to header as a decoder does.
func TestMP3(t *testing.T) {
	t.Parallel()
	for _, rate := range Rates {
		file := MP3(rate)
		samples := 0
		for len(file) > 0 {
			version := file[1] >> 3 & 3 // 3 MPEG-1, 2 MPEG-2, 0 MPEG-2.5
			base := []int{44100, 48000, 32000}[file[2]>>2&3]
			perFrame, bitRate := 576, 8000
			switch version {
			case 3:
				perFrame, bitRate = 1152, 32000
			case 2:
				base /= 2
			case 0:
				base /= 4
			}
			if file[0] != 0xff || file[1]&0xe7 != 0xe3 || base != rate || file[2]>>4 != 1 {
				t.Fatalf("%d: header % x", rate, file[:4])
			}
			samples += perFrame
			file = file[perFrame/8*bitRate/rate:]
		}
		if samples < rate || samples > rate+1152 {
			t.Errorf("%d: it lasts %d samples", rate, samples)
		}
	}
	if MP3(11000) != nil {
		t.Error("there is a sample of a rate that MP3 does not have")
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	// The first codes of the table in clause 9.1: 1, 010, 011, 00100, 00101, 00110, 00111, 0001000.
	var w bits
	w.number(0, 1, 2, 3, 4, 5, 6, 7)
	w.flags(true)
	if diff := cmp.Diff("a64298e220", hex.EncodeToString(w.bytes)); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

func TestUnitHidesStartCodes(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]string{
		"000001":     "6700000301" + "80",
		"0000000000": "67000003000003" + "00" + "80",
		"000004":     "67000004" + "80",
		"00010001":   "6700010001" + "80",
	} {
		b, err := hex.DecodeString(payload)
		if err != nil {
			t.Fatal(err)
		}
		w := bits{bytes: b}
		if got := hex.EncodeToString(w.unit(0x67)); got != want {
			t.Errorf("%s: got %s, want %s", payload, got, want)
		}
	}
}
