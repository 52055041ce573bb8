package sample

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"image/png"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ffmpeg 5.1 was seen to read the file. It consists of boxes, each of which begins with its size and
// its type.
func TestVideo(t *testing.T) {
	t.Parallel()
	file := Video()
	var boxes []string
	for rest := file; len(rest) > 0; {
		size := int(binary.BigEndian.Uint32(rest))
		if size < 8 || size > len(rest) {
			t.Fatalf("a box of %d bytes; there are %d", size, len(rest))
		}
		boxes = append(boxes, string(rest[4:8]))
		rest = rest[size:]
	}
	if diff := cmp.Diff([]string{"ftyp", "moov", "mdat"}, boxes); diff != "" {
		t.Errorf("boxes (-want +got):\n%s", diff)
	}
	content := func(box string) []byte { return file[bytes.Index(file, []byte(box))+4:] }
	number := func(box string, at int) int { return int(binary.BigEndian.Uint32(content(box)[at:])) }
	if scale, length := number("mvhd", 12), number("mvhd", 16); length != scale {
		t.Errorf("the film lasts %d of %d: not a second", length, scale)
	}
	if w, h := number("tkhd", 76)>>16, number("tkhd", 80)>>16; w != Width || h != Height {
		t.Errorf("the track is %d by %d", w, h)
	}
	if offset, want := number("stco", 8), bytes.Index(file, []byte("mdat"))+4; offset != want {
		t.Errorf("the table says that the pictures begin at %d; they begin at %d", offset, want)
	}
	// 256 by 144, constrained baseline
	if diff := cmp.Diff("0142c00bffe10008"+"6742c00bdc101390"+"010004"+"68ce3c80", hex.EncodeToString(content("avcC")[:23])); diff != "" {
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
