// Package fault holds misbehaviour as values: what goes wrong, and at which calls.
//
// A fault is injected on an operation with Server.Inject. It fires once, at the next call,
// unless Skip, Times, Every, Percent or Always say otherwise:
//
//	srv.Inject("Material.CreateClass", fault.LoseResponse())
//	srv.Inject("Material.ListMedia", fault.Reject("InternalError").Skip(1).Times(2))
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what goes wrong. The words are those of the admin API.
type Kind string

// The kinds of faults.
const (
	KindError        Kind = "error"         // a documented error response; nothing happens
	KindStatus       Kind = "status"        // an HTTP status such as 429 or 503; nothing happens
	KindDrop         Kind = "drop"          // the connection closes before anything happens
	KindLoseResponse Kind = "lose-response" // it happens, the client never hears of it
	KindHang         Kind = "hang"          // no response until the client leaves; nothing happens
	KindDelay        Kind = "delay"         // the right response, late
	KindTruncate     Kind = "truncate"      // it happens, the body of the response is cut
	KindGarbage      Kind = "garbage"       // it happens, the body is bytes without sense
	KindContentType  Kind = "content-type"  // it happens, the response has another Content-Type
	KindReset        Kind = "reset"         // the connection is reset before anything happens
	KindDrip         Kind = "drip"          // it happens, the response comes a byte at a time
)

// Fault is one misbehaviour. It is a value: each method returns a changed copy.
type Fault struct {
	Kind Kind `json:"kind"`

	// Code, Message and EnglishMessage are the error of KindRefuse. Empty texts stand for the
	// documented ones of the code.
	Code           string `json:"code,omitempty"`
	Message        string `json:"message,omitempty"`
	EnglishMessage string `json:"englishMessage,omitempty"`
	// Forced allows a code that no document lists for the operation.
	Forced bool `json:"forced,omitempty"`

	// Status and RetryAfter (whole seconds; zero for no header) are the response of KindStatus.
	Status     int      `json:"status,omitempty"`
	RetryAfter Duration `json:"retryAfter,omitzero"`
	// Wait is the delay, or the pause between two bytes; real time, not that of the clock.
	Wait Duration `json:"wait,omitzero"`
	// Jitter adds up to so much to a delay, the same in every run.
	Jitter Duration `json:"jitter,omitzero"`
	// Bytes is how much of the body is left by KindTruncate.
	Bytes int `json:"bytes,omitempty"`
	// ContentType is that of KindContentType.
	ContentType string `json:"contentType,omitempty"`

	// SkipFirst is how many calls go well before.
	SkipFirst int `json:"skip,omitempty"`
	// Strikes is how often it fires; zero means once, or without end with Every or Percentage.
	Count int `json:"times,omitempty"`
	// Unlimited lets it fire without end.
	Unlimited bool `json:"always,omitempty"`
	// EveryNth lets it fire at every n-th call.
	EveryNth int `json:"every,omitempty"`
	// Percentage of calls, 0 to 100, chosen by Seed; never more than InARow in a row.
	Percentage float64 `json:"percent,omitempty"`
	Seed       uint64  `json:"seed,omitempty"`
	InARow     int     `json:"inARow,omitempty"`
}

// Reject answers with a documented error code of the operation. An undocumented one is an
// error when the fault is injected, unless it is forced.
func Error(code string) Fault { return Fault{Kind: KindError, Code: code} }

// Status answers with a bare HTTP status, such as 503, and Retry-After unless that is zero.
func Status(status int, retryAfter time.Duration) Fault {
	return Fault{Kind: KindStatus, Status: status, RetryAfter: Duration(retryAfter)}
}

// Drop closes the connection before anything happens. Go's http.Transport retries a GET that
// was dropped on a reused connection by itself: count with Times.
func Drop() Fault { return Fault{Kind: KindDrop} }

// LoseResponse lets the operation happen and closes the connection instead of answering.
func LoseResponse() Fault { return Fault{Kind: KindLoseResponse} }

// Hang gives no response until the client leaves. Nothing happens.
func Hang() Fault { return Fault{Kind: KindHang} }

// Delay gives the right response after so much real time.
func Delay(d time.Duration) Fault { return Fault{Kind: KindDelay, Wait: Duration(d)} }

// Truncate lets the operation happen and closes the connection after so many bytes of the body.
func Truncate(bytes int) Fault { return Fault{Kind: KindTruncate, Bytes: bytes} }

// Garbage lets the operation happen and responses with bytes without sense.
func Garbage() Fault { return Fault{Kind: KindGarbage} }

// ContentType lets the operation happen and responses with another Content-Type.
func ContentType(contentType string) Fault {
	return Fault{Kind: KindContentType, ContentType: contentType}
}

// Reset resets the connection (TCP RST) before anything happens.
func Reset() Fault { return Fault{Kind: KindReset} }

// Drip lets the operation happen and sends the body a byte at a time, with a pause after each.
func Drip(pause time.Duration) Fault { return Fault{Kind: KindDrip, Wait: Duration(pause)} }

// Skip lets n calls go well first.
func (f Fault) Skip(n int) Fault { f.SkipFirst = n; return f }

// Times lets it fire n times.
func (f Fault) Times(n int) Fault { f.Count = n; return f }

// Always lets it fire without end.
func (f Fault) Always() Fault { f.Unlimited = true; return f }

// Every lets it fire at every n-th call: Every(3) at the third, the sixth, …
func (f Fault) Every(n int) Fault { f.EveryNth = n; return f }

// Percent lets it fire at about so many of a hundred calls, the same ones in every run with
// the same seed, and never more than inARow in a row, so that a client that retries gets on.
func (f Fault) Percent(percent float64, seed uint64, inARow int) Fault {
	f.Percentage, f.Seed, f.InARow = percent, seed, inARow
	return f
}

// WithJitter adds up to d to a delay, the same in every run.
func (f Fault) WithJitter(d time.Duration) Fault { f.Jitter = Duration(d); return f }

// Text gives an error its texts, where a code is documented with several.
func (f Fault) Text(message, englishMessage string) Fault {
	f.Message, f.EnglishMessage = message, englishMessage
	return f
}

// Force allows a code that no document lists for the operation.
func (f Fault) Force() Fault { f.Forced = true; return f }

// Check says what is wrong with a fault, and what is allowed.
func (f Fault) Check() error {
	if f.SkipFirst < 0 || f.Count < 0 || f.EveryNth < 0 || f.InARow < 0 || f.Wait < 0 || f.Jitter < 0 || f.Bytes < 0 {
		return fmt.Errorf("fault %s: a number is negative", f.Kind)
	}
	if f.Percentage < 0 || f.Percentage > 100 {
		return fmt.Errorf("fault %s: %v percent; allowed are 0 to 100", f.Kind, f.Percentage)
	}
	if f.Percentage > 0 && f.InARow == 0 {
		return fmt.Errorf("fault %s: a percentage needs a budget: how many fires in a row at most", f.Kind)
	}
	if f.Percentage > 0 && f.EveryNth > 0 {
		return fmt.Errorf("fault %s: choose one of every and percent", f.Kind)
	}
	return f.checkKind()
}

func (f Fault) checkKind() error {
	switch f.Kind {
	case KindError:
		if f.Code == "" {
			return errors.New("fault error: the code is missing")
		}
	case KindStatus:
		if f.Status < 400 || f.Status > 599 {
			return fmt.Errorf("fault status: %d; allowed are 400 to 599", f.Status)
		}
	case KindDelay, KindDrip:
		if f.Wait == 0 {
			return fmt.Errorf("fault %s: wait is missing; write it like 200ms", f.Kind)
		}
	case KindContentType:
		if f.ContentType == "" {
			return errors.New("fault content-type: the contentType is missing")
		}
	case KindDrop, KindLoseResponse, KindHang, KindTruncate, KindGarbage, KindReset:
	default:
		return fmt.Errorf("fault: there is no kind %q; there are: %v", f.Kind, Kinds())
	}
	return nil
}

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{
		KindError, KindStatus, KindDrop, KindLoseResponse, KindHang, KindDelay, KindTruncate,
		KindGarbage, KindContentType, KindReset, KindDrip,
	}
}

// StrikesAt says whether the fault fires at the call of that number, counted from 1 since it
// was injected, when it has fired so often, the last inARow calls of them. It reads nothing else, so
// a run can be repeated.
func (f Fault) FiresAt(call, fired, inARow int) bool {
	if call <= f.SkipFirst || f.spent(fired) {
		return false
	}
	n := call - f.SkipFirst
	switch {
	case f.EveryNth > 0:
		return n%f.EveryNth == 0
	case f.Percentage > 0:
		return inARow < f.InARow && f.chance(n)*100 < f.Percentage
	default:
		return true
	}
}

// spent says whether it has fired as often as it may.
func (f Fault) spent(fired int) bool {
	switch {
	case f.Unlimited:
		return false
	case f.Count > 0:
		return fired >= f.Count
	case f.EveryNth > 0 || f.Percentage > 0:
		return false
	default:
		return fired >= 1
	}
}

// chance is a number from 0 to 1 that depends on the seed and n only.
func (f Fault) chance(n int) float64 {
	return float64(mix(f.Seed^mix(uint64(n)))>>11) / (1 << 53)
}

// Pause is the delay of the n-th fire, jitter included.
func (f Fault) Pause(n int) time.Duration {
	return time.Duration(f.Wait) + time.Duration(f.chance(n)*float64(f.Jitter))
}

// mix spreads the bits of x (the finaliser of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// String is the fault in a few words.
func (f Fault) String() string {
	switch f.Kind {
	case KindError:
		return "error " + f.Code
	case KindStatus:
		return fmt.Sprintf("status %d", f.Status)
	default:
		return string(f.Kind)
	}
}

// Duration is written "200ms" in JSON.
type Duration time.Duration

// MarshalText writes the duration as [time.Duration.String] does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("duration %q: write it like 200ms or 1m30s", text)
	}
	*d = Duration(parsed)
	return nil
}
