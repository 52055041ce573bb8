// Package browser tests what only a browser can judge: the stand-in for the Web SDK, the dashboard, and the
// page of the h5ds hand-off, in a headless Chromium.
package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/fakecme/fakecme/fake"
)

// patience returns how long a page may take: a minute less than the whole run, so that a test which waits in vain says for
// what. It never runs out in a test that passes.
func patience(t *testing.T) time.Duration {
	deadline, ok := t.Deadline()
	if !ok {
		return time.Hour
	}
	return max(time.Until(deadline)-time.Minute, time.Minute)
}

// chromium is the one browser of all tests; each has a tab of its own.
var chromium struct {
	start sync.Once
	stop  func()
	tabs  context.Context
	err   error

	// vendor is the fake to which the real host names lead.
	vendor *fake.Server
}

func TestMain(m *testing.M) {
	status := m.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	os.Exit(status)
}

// rules lead the real host names to a fake, this machine's own names to itself, and all others nowhere: a test
// cannot reach the network.
func rules(to string) string {
	var all []string
	for _, host := range []string{"open.cme.qcloud.com", "web-paas-api.cme.qcloud.com", "imgcache.qq.com", "vs-cdn.tencent-cloud.com", "video.h5ds.com"} {
		all = append(all, "MAP "+host+" "+to)
	}
	return strings.Join(append(all, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"), ", ")
}

func startChromium() {
	path, err := exec.LookPath("chromium")
	for _, name := range []string{"chromium-browser", "google-chrome"} {
		if err != nil {
			path, err = exec.LookPath(name)
		}
	}
	if err != nil {
		chromium.err = err
		return
	}
	if chromium.vendor, err = fake.New(fake.Config{SelfCheck: true}); err == nil {
		err = chromium.vendor.Listen("127.0.0.1:0")
	}
	if err != nil {
		chromium.err = err
		return
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
		// Tabs that nobody looks at must not be slowed down: all but one are.
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.WSURLReadTimeout(10 * time.Minute),
		chromedp.Flag("host-resolver-rules", rules(strings.TrimPrefix(chromium.vendor.URL, "http://"))),
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	tabs, stopTabs := chromedp.NewContext(allocator)
	chromium.tabs = tabs
	chromium.stop = func() { stopTabs(); stopAllocator(); chromium.vendor.Close() }
	chromium.err = chromedp.Run(tabs)
}

// page is a tab of a test.
type page struct {
	context.Context // ends when the page has taken too long
	t               *testing.T
	tab             context.Context // goes on then

	mu      sync.Mutex // guards console
	console []string
}

// open makes a tab. The test fails for an error that no script of a page has caught.
func open(t *testing.T) *page {
	t.Helper()
	chromium.start.Do(startChromium)
	if errors.Is(chromium.err, exec.ErrNotFound) && os.Getenv("FAKECME_TEST_ALL") == "" {
		t.Skip("left out: chromium is not installed")
	}
	if chromium.err != nil {
		t.Fatalf("start chromium: %v", chromium.err)
	}
	tab, closeTab := chromedp.NewContext(chromium.tabs)
	t.Cleanup(closeTab)
	limited, cancel := context.WithTimeout(tab, patience(t))
	t.Cleanup(cancel)
	p := &page{Context: limited, t: t, tab: tab}
	chromedp.ListenTarget(tab, func(event any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			var words []string
			for _, arg := range e.Args {
				words = append(words, strings.Trim(string(arg.Value), `"`))
			}
			p.console = append(p.console, strings.Join(words, " "))
		case *log.EventEntryAdded:
			if e.Entry.Source == log.SourceSecurity || e.Entry.Source == log.SourceViolation {
				t.Errorf("a policy was broken: %s", e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			t.Errorf("a script failed: %s", e.ExceptionDetails.Error())
		}
	})
	// Of the tabs of one browser only one has the focus, and each test needs it.
	p.run(log.Enable(), emulation.SetLocaleOverride().WithLocale("en"), emulation.SetFocusEmulationEnabled(true))
	return p
}

func (p *page) run(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p, actions...); err != nil {
		p.t.Fatalf("%v; the page said %q", err, p.said())
	}
}

// said is what scripts wrote to the console.
func (p *page) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.console, "\n")
}

// until waits for a JavaScript expression to be true.
func (p *page) until(expression string) {
	p.t.Helper()
	if err := chromedp.Run(p, chromedp.Poll(expression, nil, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(0))); err != nil {
		var body string
		_ = chromedp.Run(p.tab, chromedp.Evaluate("document.body.innerText", &body))
		p.t.Fatalf("wait for %s: %v; the page said %q and shows:\n%s", expression, err, p.said(), body)
	}
}

// value is what a JavaScript expression, or the promise it is, comes to.
func value[V any](p *page, expression string) (v V) {
	p.t.Helper()
	p.run(chromedp.Evaluate(expression, &v, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
	return v
}

// click presses the first element of that CSS selector, as soon as it is there, with the mouse.
func (p *page) click(selector string) {
	p.t.Helper()
	p.run(chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible))
}

// shoot keeps a picture of the tab for people to look at.
func (p *page) shoot(name string) {
	p.t.Helper()
	var picture []byte
	p.run(chromedp.CaptureScreenshot(&picture))
	folder := filepath.Join("..", "..", ".artifacts")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// size gives the tab a size in CSS pixels, and light or dark colours.
func (p *page) size(width, height int64, colours string) {
	p.t.Helper()
	p.run(chromedp.EmulateViewport(width, height),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: colours}, {Name: "prefers-reduced-motion", Value: "reduce"}, // pictures stand still
		}))
}

// js writes a value as JavaScript.
func js(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprint(err)) // only texts and maps of texts are written
	}
	return string(text)
}
