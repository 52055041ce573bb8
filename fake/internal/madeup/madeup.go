// Package madeup makes data that looks like people's, the same for the same seed. Libraries for
// this bring megabytes of words into the binary.
package madeup

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Faker is a source of made-up data. It is for one goroutine.
type Faker struct{ random *rand.Rand }

// New returns the source of a seed.
func New(seed uint64) *Faker { return &Faker{rand.New(rand.NewPCG(seed, 0))} }

// Bool is a coin that is thrown.
func (f *Faker) Bool() bool { return f.random.IntN(2) == 0 }

// IntRange is a number from least to most. If most is less, it is least.
func (f *Faker) IntRange(least, most int) int {
	if most <= least {
		return least
	}
	return least + f.random.IntN(most-least+1)
}

// Float64Range is a number from least up to most.
func (f *Faker) Float64Range(least, most float64) float64 {
	return least + f.random.Float64()*(most-least)
}

// RandomString is one of the texts, of which there must be one.
func (f *Faker) RandomString(texts []string) string { return texts[f.random.IntN(len(texts))] }

// ShuffleStrings puts the texts into another order.
func (f *Faker) ShuffleStrings(texts []string) {
	f.random.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
}

// DigitN is so many digits.
func (f *Faker) DigitN(many int) string {
	digits := make([]byte, many)
	for i := range digits {
		digits[i] = '0' + byte(f.random.IntN(10))
	}
	return string(digits)
}

// UUID is one of version 4.
func (f *Faker) UUID() string {
	a, b := f.random.Uint64(), f.random.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, 0x8000|b>>48&0x3fff, b&0xffffffffffff)
}

// Word is a noun.
func (f *Faker) Word() string { return f.RandomString(nouns) }

// Title is two words, such as "quiet harbour".
func (f *Faker) Title() string { return f.RandomString(adjectives) + " " + f.Word() }

// Name is that of a person, in English.
func (f *Faker) Name() string { return f.RandomString(firstNames) + " " + f.RandomString(lastNames) }

// Sentence has so many words.
func (f *Faker) Sentence(many int) string {
	words := make([]string, many)
	for i := range words {
		list := [][]string{determiners, adjectives, nouns, verbs}[i%4]
		words[i] = f.RandomString(list)
	}
	text := strings.Join(words, " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

var (
	determiners = strings.Fields("a another each every her his my one our that the their this your")
	adjectives  = strings.Fields(`bright calm clear cold curious distant early empty gentle golden green
		hidden hollow late light little long lost modern narrow new old open pale patient plain quick
		quiet red round sharp shy silent silver simple slow small soft steady strange sunny tall warm
		white wide wild winding`)
	nouns = strings.Fields(`apple autumn bakery balcony basket bell bicycle boat book bridge camera
		candle canvas cloud compass corner crane dancer desert door dream evening feather festival field
		forest garden glass harbour hill horizon house island journey kitchen kite ladder lantern letter
		market meadow melody mirror morning mountain night ocean orchard painter paper pebble photograph
		piano picture pocket postcard rain river road roof sail season shadow shore sketch sparrow
		spring station stone story street summer table tea theatre ticket tower train traveller tree
		valley village violin water willow window winter workshop`)
	verbs = strings.Fields(`answers begins brings builds carries changes colours draws ends finds
		follows guards hears keeps leaves likes meets needs opens paints passes reaches remembers sees
		shows sings takes tells turns waits watches writes`)
	firstNames = strings.Fields(`Ada Alice Anna Ben Carl Clara Daniel David Ella Emil Emma Felix Flora
		George Grace Hannah Hugo Ida Jack James Jane John Julia Karl Laura Leo Lily Lucy Maria Mark Mary
		Max Mia Nina Noah Olga Oscar Paul Peter Rosa Ruth Sam Sarah Simon Sofia Thomas Vera Victor`)
	lastNames = strings.Fields(`Adams Baker Barnes Bell Bennett Brooks Carter Clark Cole Cook Cooper Cox
		Davis Dean Ellis Evans Fisher Ford Foster Fox Gray Green Hall Harris Hill Hughes Hunt Jones
		King Lane Lee Lewis Mason Miller Moore Morgan Palmer Parker Price Reed Rose Shaw Stone Taylor
		Turner Walker Ward Webb West White Wood Young`)
)
