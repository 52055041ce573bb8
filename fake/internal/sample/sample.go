// Package sample has small media files that real players play. The fake stores them where the real service renders,
// speaks or paints. Each file lasts one second and is silent or grey.
package sample

import (
	"bytes"
	_ "embed"
	"encoding/binary"
)

// Size of the video and the image in pixels.
const (
	Width  = 256
	Height = 144
)

// The video is an MP4 of H.264, constrained baseline profile: five grey frames without sound. Its moov comes before its
// mdat, so that it plays while it loads.
//
//go:embed video.mp4
var video []byte

//go:embed image.png
var image []byte

// Video returns an MP4. The caller must not change it.
func Video() []byte { return video }

// Image returns a grey PNG. The caller must not change it.
func Image() []byte { return image }

// Rates are the sample rates of WAV and MP3 in hertz.
var Rates = []int{8000, 16000, 22050, 24000, 32000, 44100, 48000}

// WAV returns silence: 16 bits, one channel.
func WAV(rate int) []byte {
	const bytesEach = 2
	data := make([]byte, rate*bytesEach)
	var file []byte
	file = append(file, "RIFF"...)
	file = binary.LittleEndian.AppendUint32(file, uint32(36+len(data)))
	file = append(file, "WAVEfmt "...)
	file = binary.LittleEndian.AppendUint32(file, 16)
	file = binary.LittleEndian.AppendUint16(file, 1) // PCM
	file = binary.LittleEndian.AppendUint16(file, 1) // channel
	file = binary.LittleEndian.AppendUint32(file, uint32(rate))
	file = binary.LittleEndian.AppendUint32(file, uint32(rate*bytesEach))
	file = binary.LittleEndian.AppendUint16(file, bytesEach)
	file = binary.LittleEndian.AppendUint16(file, 8*bytesEach)
	file = append(file, "data"...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(data)))
	return append(file, data...)
}

// MP3 returns silence: one channel, the lowest constant bit rate. It returns nil for a rate that is not one of Rates.
func MP3(rate int) []byte {
	frame := mp3Frame(rate)
	if frame == nil {
		return nil
	}
	perFrame := 1152
	if rate < 32000 {
		perFrame = 576
	}
	return bytes.Repeat(frame, (rate+perFrame-1)/perFrame)
}

// mp3Frame returns a frame without audio data: all its bytes are zero but the header.
func mp3Frame(rate int) []byte {
	header, size := [4]byte{0xff, 0, 0, 0xc4}, 0 // one channel, original
	index := map[int]byte{44100: 0, 48000: 1, 32000: 2, 22050: 0, 24000: 1, 16000: 2, 8000: 2}
	at, known := index[rate]
	switch {
	case !known:
		return nil
	case rate >= 32000: // MPEG-1: 32 kbit/s
		header[1], size = 0xfb, 144*32000/rate
	case rate >= 16000: // MPEG-2: 8 kbit/s
		header[1], size = 0xf3, 72*8000/rate
	default: // MPEG-2.5: 8 kbit/s
		header[1], size = 0xe3, 72*8000/rate
	}
	header[2] = 1<<4 | at<<2
	frame := make([]byte, size)
	copy(frame, header[:])
	return frame
}
