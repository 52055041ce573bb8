package webpaas

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Addresses have the documented form.
func TestAddresses(t *testing.T) {
	t.Parallel()
	const signed = `^https://cme\.vod2\.myqcloud\.com/1200000001/b64e98afvodcq1200000001/[0-9a-f]{8}\d{19}/[A-Za-z0-9]{12}\.%s\?t=[0-9a-f]{8}&whref=yunjian\.qq\.com&sign=[0-9a-f]{32}$`
	const cover = `^https://cme\.vod2\.myqcloud\.com/1200000001/8d388657vodtranscq1200000001/[0-9a-f]{8}\d{19}/coverBySnapshot/coverBySnapshot_10_0\.jpg$`
	const original = `^https://1200000001\.vod2\.myqcloud\.com/b64e98afvodcq1200000001/[0-9a-f]{8}\d{19}/[A-Za-z0-9]{12}\.%s$`
	const sprite = `^https://1200000001\.vod2\.myqcloud\.com/8d388657vodtranscq1200000001/[0-9a-f]{8}\d{19}/imageSprite/imageSprite_20056%s$`
	w := wholeWorld(t)
	c := w.as("alice")
	m := w.st.Materials
	for _, tt := range []struct{ name, form, got string }{
		{"video", fmt.Sprintf(signed, "mp4"), mediaURL(c, m["VIDEO"])},
		{"audio", fmt.Sprintf(signed, "mp3"), mediaURL(c, m["AUDIO"])},
		{"image", fmt.Sprintf(signed, "jpg"), mediaURL(c, m["IMAGE"])},
		{"sticker", fmt.Sprintf(signed, "png"), mediaURL(c, m["STICKER"])},
		{"effect", fmt.Sprintf(signed, "json"), mediaURL(c, m["FILTER"])},
		{"cover of a video", cover, coverURL(c, m["VIDEO"])},
		{"cover of a template", cover, coverURL(c, m["VIDEO_EDIT_TEMPLATE"])},
		{"cover of an image", fmt.Sprintf(signed, "jpg"), coverURL(c, m["IMAGE"])},
		{"cover of audio", `^$`, coverURL(c, m["AUDIO"])},
		{"original", fmt.Sprintf(original, "mp4"), originalURL(c, m["VIDEO"])},
		{"sprite", fmt.Sprintf(sprite, `\.vtt`), sprites(c, m["VIDEO"]).WebVttURL},
		{"first sprite", fmt.Sprintf(sprite, `_0\.jpg`), sprites(c, m["VIDEO"]).ImageURLSet[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !regexp.MustCompile(tt.form).MatchString(tt.got) {
				t.Errorf("%q has not the form %s", tt.got, tt.form)
			}
		})
	}
}

// A signed address holds for a day at least, is the same all day, and tells materials apart.
func TestSignedAddressInTime(t *testing.T) {
	t.Parallel()
	w := wholeWorld(t)
	video := w.st.Materials["VIDEO"]
	at := func(now time.Time) string { c := w.as("alice"); c.Now = now; return mediaURL(c, video) }
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	if at(day) != at(day.Add(24*time.Hour-1)) || at(day) == at(day.Add(24*time.Hour)) {
		t.Error("the address does not change once a day")
	}
	if want := fmt.Sprintf("?t=%08x&", day.Add(48*time.Hour).Unix()); !strings.Contains(at(day), want) {
		t.Errorf("%s is not in %s", want, at(day))
	}
	if audio := mediaURL(w.as("alice"), w.st.Materials["AUDIO"]); audio[len(audio)-32:] == at(day)[len(at(day))-32:] {
		t.Error("two materials have one sign")
	}
}

func TestSprites(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		duration     float64
		count, files int
	}{
		{"example", 1873.50202, 1874, 2}, {"one file", 1000, 1000, 1}, {"one more", 1000.1, 1001, 2}, {"nothing", 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := sprites(&op.Call{}, Material{Media: Media{Duration: tt.duration}})
			if int(got.TotalCount) != tt.count || len(got.ImageURLSet) != tt.files {
				t.Errorf("%d pictures in %d files, want %d in %d", got.TotalCount, len(got.ImageURLSet), tt.count, tt.files)
			}
		})
	}
}
