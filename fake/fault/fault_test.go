package fault_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/fault"
)

// fires marks, of so many calls, those at which the fault fires.
func fires(f fault.Fault, calls int) string {
	marks, fired, inARow := "", 0, 0
	for n := 1; n <= calls; n++ {
		if f.FiresAt(n, fired, inARow) {
			marks += "x"
			fired++
			inARow++
			continue
		}
		marks += "."
		inARow = 0
	}
	return marks
}

func TestFiresAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give fault.Fault
		want string
	}{
		{"once", fault.Drop(), "x......."},
		{"skip", fault.Drop().Skip(2), "..x....."},
		{"times", fault.Drop().Times(3), "xxx....."},
		{"skip and times", fault.Drop().Skip(1).Times(2), ".xx....."},
		{"always", fault.Drop().Always(), "xxxxxxxx"},
		{"always after some", fault.Drop().Skip(3).Always(), "...xxxxx"},
		{"every third", fault.Drop().Every(3), "..x..x.."},
		{"every third, once", fault.Drop().Every(3).Times(1), "..x....."},
		{"every second after one", fault.Drop().Skip(1).Every(2), "..x.x.x."},
		{"every third after one", fault.Drop().Skip(1).Every(3), "...x..x."},
		{"all, but two in a row at most", fault.Drop().Percent(100, 1, 2), "xx.xx.xx"},
		{"some, of seed 7", fault.Drop().Percent(50, 7, 8), "xx.x.xx."},
		{"some, of seed 8", fault.Drop().Percent(50, 8, 8), "x.xxxxx."},
		{"as many percent as the seed gives the first call", fault.Drop().Percent(46.519245062848725, 7, 8).Times(1), ".x......"},
		{"none", fault.Drop().Percent(0.0001, 1, 1), "........"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := fires(tt.give, 8); got != tt.want {
				t.Errorf("fires %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPercentIsRepeatableAndAboutRight(t *testing.T) {
	t.Parallel()
	f := fault.Drop().Percent(30, 7, 5)
	first := fires(f, 1000)
	if first != fires(f, 1000) {
		t.Error("another run fires other calls")
	}
	if first == fires(fault.Drop().Percent(30, 8, 5), 1000) {
		t.Error("another seed fires the same calls")
	}
	n := 0
	for _, mark := range first {
		if mark == 'x' {
			n++
		}
	}
	if n < 250 || n > 350 {
		t.Errorf("%d of 1000 calls have the fault, want about 300", n)
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	if got := fault.Delay(time.Second).Pause(1); got != time.Second {
		t.Errorf("without jitter: %v", got)
	}
	f := fault.Delay(time.Second).WithJitter(time.Second)
	a, b := f.Pause(1), f.Pause(2)
	if want := [2]time.Duration{1368189515, 1392216462}; want != [2]time.Duration{a, b} { // the same in every run
		t.Errorf("with jitter: %v, want %v", [2]time.Duration{a, b}, want)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give fault.Fault
		want string
	}{
		{"error without a code", fault.Error(""), "fault error: the code is missing"},
		{"status of success", fault.Status(200, 0), "fault status: 200; allowed are 400 to 599"},
		{"status below errors", fault.Status(399, 0), "fault status: 399; allowed are 400 to 599"},
		{"first status", fault.Status(400, 0), ""},
		{"last status", fault.Status(599, 0), ""},
		{"status above errors", fault.Status(600, 0), "fault status: 600; allowed are 400 to 599"},
		{"delay of nothing", fault.Delay(0), "fault delay: wait is missing; write it like 200ms"},
		{"negative", fault.Drop().Skip(-1), "fault drop: a number is negative"},
		{"negative times", fault.Drop().Times(-1), "fault drop: a number is negative"},
		{"negative every", fault.Drop().Every(-1), "fault drop: a number is negative"},
		{"negative in a row", fault.Drop().Percent(1, 1, -1), "fault drop: a number is negative"},
		{"negative wait", fault.Delay(-1), "fault delay: a number is negative"},
		{"negative jitter", fault.Delay(1).WithJitter(-1), "fault delay: a number is negative"},
		{"negative bytes", fault.Truncate(-1), "fault truncate: a number is negative"},
		{"negative percent", fault.Drop().Percent(-1, 1, 1), "fault drop: -1 percent; allowed are 0 to 100"},
		{"all percent", fault.Drop().Percent(100, 1, 1), ""},
		{"percent", fault.Drop().Percent(50, 1, 1), ""},
		{"percent without a limit", fault.Drop().Percent(50, 1, 0), "fault drop: a percentage needs a limit: how often in a row it may fire"},
		{"too many percent", fault.Drop().Percent(101, 1, 1), "fault drop: 101 percent; allowed are 0 to 100"},
		{"every and percent", fault.Drop().Every(2).Percent(5, 1, 1), "fault drop: choose one of every and percent"},
		{"content type", fault.ContentType(""), "fault content-type: the contentType is missing"},
		{"unknown kind", fault.Fault{Kind: "explode"}, `fault: there is no kind "explode"; there are: [error status drop lose-response hang delay truncate garbage content-type reset drip]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := tt.give.Check(); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConstructors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give       fault.Fault
		text, json string
	}{
		{fault.Error("InternalError"), "error InternalError", `{"kind":"error","code":"InternalError"}`},
		{fault.Error("X").Text("内部错误", "internal error").Force(), "error X", `{"kind":"error","code":"X","message":"内部错误","englishMessage":"internal error","forced":true}`},
		{fault.Status(429, 3*time.Second), "status 429", `{"kind":"status","status":429,"retryAfter":"3s"}`},
		{fault.Status(503, 0), "status 503", `{"kind":"status","status":503}`},
		{fault.Drop(), "drop", `{"kind":"drop"}`},
		{fault.LoseResponse().Always(), "lose-response", `{"kind":"lose-response","always":true}`},
		{fault.Hang(), "hang", `{"kind":"hang"}`},
		{fault.Delay(200 * time.Millisecond).Skip(1).Times(2), "delay", `{"kind":"delay","wait":"200ms","skip":1,"times":2}`},
		{fault.Delay(time.Second).WithJitter(time.Minute), "delay", `{"kind":"delay","wait":"1s","jitter":"1m0s"}`},
		{fault.Truncate(7), "truncate", `{"kind":"truncate","bytes":7}`},
		{fault.Garbage(), "garbage", `{"kind":"garbage"}`},
		{fault.ContentType("text/html"), "content-type", `{"kind":"content-type","contentType":"text/html"}`},
		{fault.Reset().Every(3), "reset", `{"kind":"reset","every":3}`},
		{fault.Drip(time.Millisecond).Percent(50, 1, 2), "drip", `{"kind":"drip","wait":"1ms","percent":50,"seed":1,"inARow":2}`},
	}
	for _, tt := range tests {
		if err := tt.give.Check(); err != nil {
			t.Errorf("%s: %v", tt.json, err)
		}
		text, err := json.Marshal(tt.give)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{tt.text, tt.json}, []string{tt.give.String(), string(text)}); diff != "" {
			t.Errorf("text and JSON (-want +got):\n%s", diff)
		}
		var back fault.Fault
		if err := json.Unmarshal(text, &back); err != nil || back != tt.give {
			t.Errorf("%s read again: %+v, %v", text, back, err)
		}
	}
	if err := json.Unmarshal([]byte(`{"wait":"soon"}`), new(fault.Fault)); err == nil {
		t.Error("a wait that is no duration was read")
	}
}
