// Package fault holds misbehaviour as values: what goes wrong, and at which calls.
//
// Server.Inject injects a fault into an operation. The fault fires once, at the next call, unless Skip, Times, Every, Percent
// or Always say otherwise:
//
//	srv.Inject("Material.CreateClass", fault.LoseResponse())
//	srv.Inject("Material.ListMedia", fault.Error("InternalError").Skip(1).Times(2))
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what goes wrong. The words are those of the admin API.
type Kind string

// The kinds of faults. With some the operation still happens, with others it does not.
const (
	KindError        Kind = "error"         // a documented error response; the operation does not happen
	KindStatus       Kind = "status"        // an HTTP status such as 429 or 503; the operation does not happen
	KindDrop         Kind = "drop"          // the connection closes; the operation does not happen
	KindLoseResponse Kind = "lose-response" // the operation happens, then the connection closes without a response
	KindHang         Kind = "hang"          // no response until the client leaves; the operation does not happen
	KindDelay        Kind = "delay"         // the operation happens, and the response is late
	KindTruncate     Kind = "truncate"      // the operation happens, and the body of the response is cut
	KindGarbage      Kind = "garbage"       // the operation happens, and the body is meaningless bytes
	KindContentType  Kind = "content-type"  // the operation happens, and the response has another Content-Type
	KindReset        Kind = "reset"         // the connection is reset; the operation does not happen
	KindDrip         Kind = "drip"          // the operation happens, and the response comes a byte at a time
)

// Fault is one misbehaviour. It is a value: each method returns a changed copy.
type Fault struct {
	Kind Kind `json:"kind"`

	// Code, Message and EnglishMessage are the error of KindError. Empty texts stand for the documented ones of the code.
	Code           string `json:"code,omitempty"`
	Message        string `json:"message,omitempty"`
	EnglishMessage string `json:"englishMessage,omitempty"`
	// Forced allows a code that no document lists for the operation.
	Forced bool `json:"forced,omitempty"`

	// Status and RetryAfter are the response of KindStatus. RetryAfter is sent in whole seconds, at least
	// one; zero means no header.
	Status     int      `json:"status,omitempty"`
	RetryAfter Duration `json:"retryAfter,omitzero"`
	// Wait is the delay, or the pause between two bytes. It is real time, not that of the tenant's clock.
	Wait Duration `json:"wait,omitzero"`
	// Jitter is the most that is added to a delay. The addition is the same in every run.
	Jitter Duration `json:"jitter,omitzero"`
	// Bytes is how many bytes of the body KindTruncate sends.
	Bytes int `json:"bytes,omitempty"`
	// ContentType is that of KindContentType.
	ContentType string `json:"contentType,omitempty"`

	// SkipFirst is how many calls go well before the fault can fire.
	SkipFirst int `json:"skip,omitempty"`
	// Count is how often the fault fires. Zero means once, or without end together with EveryNth or Percentage.
	Count int `json:"times,omitempty"`
	// Unlimited makes the fault fire without end.
	Unlimited bool `json:"always,omitempty"`
	// EveryNth makes the fault fire at every n-th call.
	EveryNth int `json:"every,omitempty"`
	// Percentage is how many of a hundred calls the fault fires at, 0 to 100. Seed chooses them. InARow is how often it may
	// fire in a row.
	Percentage float64 `json:"percent,omitempty"`
	Seed       uint64  `json:"seed,omitempty"`
	InARow     int     `json:"inARow,omitempty"`
}

// Error responds with a documented error of the operation. A code that is not documented makes Inject fail, unless it is
// forced.
func Error(code string) Fault { return Fault{Kind: KindError, Code: code} }

// Status responds with an HTTP status such as 503 and a plain text, and with Retry-After unless that is zero.
func Status(status int, retryAfter time.Duration) Fault {
	return Fault{Kind: KindStatus, Status: status, RetryAfter: Duration(retryAfter)}
}

// Drop closes the connection; the operation does not happen. Go's http.Transport by itself retries a GET that was dropped on
// a reused connection: use Times to drop that too.
func Drop() Fault { return Fault{Kind: KindDrop} }

// LoseResponse lets the operation happen, and closes the connection without a response.
func LoseResponse() Fault { return Fault{Kind: KindLoseResponse} }

// Hang sends no response until the client leaves. The operation does not happen.
func Hang() Fault { return Fault{Kind: KindHang} }

// Delay lets the operation happen, and waits that long in real time before it responds.
func Delay(d time.Duration) Fault { return Fault{Kind: KindDelay, Wait: Duration(d)} }

// Truncate lets the operation happen, and closes the connection after that many bytes of the body.
func Truncate(bytes int) Fault { return Fault{Kind: KindTruncate, Bytes: bytes} }

// Garbage lets the operation happen, and responds with meaningless bytes.
func Garbage() Fault { return Fault{Kind: KindGarbage} }

// ContentType lets the operation happen, and responds with another Content-Type.
func ContentType(contentType string) Fault {
	return Fault{Kind: KindContentType, ContentType: contentType}
}

// Reset resets the connection (TCP RST); the operation does not happen.
func Reset() Fault { return Fault{Kind: KindReset} }

// Drip lets the operation happen, and sends the body a byte at a time, with a pause after each.
func Drip(pause time.Duration) Fault { return Fault{Kind: KindDrip, Wait: Duration(pause)} }

// Skip lets n calls go well before the fault can fire.
func (f Fault) Skip(n int) Fault { f.SkipFirst = n; return f }

// Times makes the fault fire n times.
func (f Fault) Times(n int) Fault { f.Count = n; return f }

// Always makes the fault fire without end.
func (f Fault) Always() Fault { f.Unlimited = true; return f }

// Every makes the fault fire at every n-th call: Every(3) at the third, the sixth, …
func (f Fault) Every(n int) Fault { f.EveryNth = n; return f }

// Percent makes the fault fire at about that many of a hundred calls, at the same ones in every run with the same seed. It
// never fires more than inARow times in a row, so that a client that retries succeeds.
func (f Fault) Percent(percent float64, seed uint64, inARow int) Fault {
	f.Percentage, f.Seed, f.InARow = percent, seed, inARow
	return f
}

// WithJitter adds between zero and d to a delay, the same in every run.
func (f Fault) WithJitter(d time.Duration) Fault { f.Jitter = Duration(d); return f }

// Text sets the messages of an error, for a code that is documented with several.
func (f Fault) Text(message, englishMessage string) Fault {
	f.Message, f.EnglishMessage = message, englishMessage
	return f
}

// Force allows a code that no document lists for the operation.
func (f Fault) Force() Fault { f.Forced = true; return f }

// Check returns an error that says what is wrong with a fault and what is allowed.
func (f Fault) Check() error {
	if f.SkipFirst < 0 || f.Count < 0 || f.EveryNth < 0 || f.InARow < 0 || f.Wait < 0 || f.Jitter < 0 || f.Bytes < 0 {
		return fmt.Errorf("fault %s: a number is negative", f.Kind)
	}
	if f.Percentage < 0 || f.Percentage > 100 {
		return fmt.Errorf("fault %s: %v percent; allowed are 0 to 100", f.Kind, f.Percentage)
	}
	if f.Percentage > 0 && f.InARow == 0 {
		return fmt.Errorf("fault %s: a percentage needs a limit: how often in a row it may fire", f.Kind)
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

// FiresAt reports whether the fault fires at a call. The calls are counted from 1 since the fault was injected; fired is how
// often it has fired, inARow how often at the calls just before. It depends on nothing else, so that a run can be repeated.
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

// spent reports whether the fault has fired as often as it may.
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

// Pause returns the delay when the fault fires for the n-th time, with its jitter.
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

// String returns the fault in a few words.
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
