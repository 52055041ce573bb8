package webpaas

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/brianvoe/gofakeit/v6"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Results that are made up, all assumed: their content depends on seed, material and kind alone, their ids on the
// Version too. Half of the texts are Chinese, half English. What has no picture has nothing to see in it, and what
// has no length has no time to find anything at.

// madeID is 24 hex digits that begin as those of the documented examples, and depend on seed and parts alone.
func madeID(c *op.Call, parts ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %q", c.Seed, parts))
	return "5fd97767" + hex.EncodeToString(sum[:8])
}

// itemID is one of the ids that go with a made-up Version: they differ in the last digits, as in the examples.
func itemID(version string, place int) string { return fmt.Sprintf("%s%06x", version[:18], place+1) }

func faker(c *op.Call, m Material, k kind) *gofakeit.Faker {
	return c.Faker("recognition " + string(k) + " " + m.ID)
}

func madeSubtitles(c *op.Call, m Material, version string) []Subtitle {
	f := faker(c, m, kindSubtitle)
	var made []Subtitle
	for i, s := range stretches(f, m.Media.Duration, 4) {
		made = append(made, Subtitle{itemID(version, i), s.start, s.end, f.RandomString(sentences)})
	}
	return made
}

func madeTexts(c *op.Call, m Material, version string) []Text {
	f := faker(c, m, kindText)
	var made []Text
	for i, s := range seen(f, m, 10) {
		t := Text{ID: itemID(version, i), Start: s.start, End: s.end}
		for range f.IntRange(1, 2) {
			t.Lines = append(t.Lines, TextLine{f.RandomString(signs), area(f, m)})
		}
		made = append(made, t)
	}
	return made
}

func madeFrameTags(c *op.Call, m Material, version string) []FrameTag {
	f := faker(c, m, kindFrameTag)
	var made []FrameTag
	for i, s := range seen(f, m, 8) {
		made = append(made, FrameTag{itemID(version, i), s.start, s.end, some(f, themes, f.IntRange(1, 3))})
	}
	return made
}

func madeFaces(c *op.Call, m Material, _ string) []Face {
	f := faker(c, m, kindFace)
	var made []Face
	first := f.IntRange(10_000, 90_000)
	for i, segments := range appearances(f, m, f.IntRange(1, 4)) {
		name := f.RandomString(surnames) + f.RandomString(givenNames)
		if f.Bool() {
			name = f.Name()
		}
		made = append(made, Face{
			ID: strconv.Itoa(first + i), Name: name, Type: f.RandomString(faceTypes), Segments: segments,
		})
	}
	return made
}

func madeObjects(c *op.Call, m Material, version string) []Object {
	f := faker(c, m, kindObject)
	names := some(f, things, f.IntRange(2, 5))
	var made []Object
	for i, segments := range appearances(f, m, len(names)) {
		made = append(made, Object{itemID(version, i), names[i], segments})
	}
	return made
}

// appearances deals the stretches of a material out to so many faces or objects, at least one to each. There are none
// where there is nothing to see.
func appearances(f *gofakeit.Faker, m Material, many int) [][]Segment {
	found := seen(f, m, 6)
	dealt := make([][]Segment, min(many, len(found)))
	for i, s := range found {
		confidence := math.Round(f.Float64Range(80, 100)*10) / 10
		to := i
		if i >= len(dealt) {
			to = f.IntRange(0, len(dealt)-1)
		}
		dealt[to] = append(dealt[to], Segment{s.start, s.end, area(f, m), confidence})
	}
	return dealt
}

type stretch struct{ start, end float64 }

// mostStretches keeps the results of a very long material as quick to make as those of a long one.
const mostStretches = 300

// stretches are parts of a length that do not overlap, one in about every so many seconds, in milliseconds.
func stretches(f *gofakeit.Faker, length, every float64) []stretch {
	if length <= 0 {
		return nil
	}
	every = min(max(every, length/mostStretches), length)
	made := make([]stretch, int(length/every))
	for i := range made {
		start := float64(i)*every + f.Float64Range(0, every/4)
		end := start + f.Float64Range(every/4, every/2)
		made[i] = stretch{milliseconds(start), milliseconds(end)}
	}
	return made
}

func milliseconds(seconds float64) float64 { return math.Round(seconds*1000) / 1000 }

// seen are stretches in which there is something to see.
func seen(f *gofakeit.Faker, m Material, every float64) []stretch {
	if m.Media.Width < 1 || m.Media.Height < 1 {
		return nil
	}
	return stretches(f, m.Media.Duration, every)
}

// area is a part of the picture, its left upper corner and its right lower one.
func area(f *gofakeit.Faker, m Material) Area {
	w, h := int(m.Media.Width), int(m.Media.Height)
	x, y := f.IntRange(0, w-1), f.IntRange(0, h-1)
	return Area{int64(x), int64(y), int64(f.IntRange(x+1, w)), int64(f.IntRange(y+1, h))}
}

// some returns so many different ones.
func some(f *gofakeit.Faker, from []string, many int) []string {
	shuffled := slices.Clone(from)
	f.ShuffleStrings(shuffled)
	return shuffled[:many]
}

// faceURL is a picture of a face.
func faceURL(c *op.Call, m Material, f Face) string {
	if f.URL != "" {
		return f.URL
	}
	return fmt.Sprintf("%s/%s%d/%s/face/face_%s.jpg", ownHost(c), outputBucket, c.Tenant.CMEAppID, folder(m), f.ID)
}

var (
	sentences = []string{
		"大家好，我们开始吧", "今天的天气很好", "请看这里", "这个镜头再拍一遍", "接下来是下一位", "谢谢大家的支持",
		"我们下周再见", "这是今年的新计划", "先从第一步说起", "你觉得怎么样", "时间过得真快", "现在回到演播室",
		"Hello everyone, let's begin.", "What a fine day it is.", "Please look over here.", "One more take, please.",
		"And now for our next guest.", "Thank you for watching.", "See you next week.", "How time flies!",
		"This is the plan for this year.", "Let's start with the first step.", "What do you think?", "Back to the studio.",
	}
	signs = []string{
		"开幕", "第一章", "特别节目", "新品上市", "敬请期待", "完",
		"LIVE", "Chapter One", "SALE 50%", "Welcome", "To be continued", "The End",
	}
	themes = []string{
		"游戏", "体育", "美食", "新闻", "音乐", "风景", "game", "sports", "food", "news", "music", "landscape",
	}
	things = []string{
		"汽车", "桌子", "手机", "树", "杯子", "书", "car", "chair", "laptop", "bicycle", "dog", "window",
	}
	surnames   = []string{"王", "李", "张", "陈", "林", "周", "吴", "许"}
	givenNames = []string{"晓雨", "子涵", "思远", "佳宁", "一凡", "若曦", "明轩", "安琪"}
	faceTypes  = []string{faceDefault, faceUserDefined}
)

// Libraries that a face is from (documented).
const (
	faceDefault     = "Default"
	faceUserDefined = "UserDefine"
)
