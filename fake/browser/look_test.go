package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// faint lists texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.1, 1.4.3).
const faint = `(() => {
	const channels = (c) => (c.match(/[\d.]+/g) || []).map(Number);
	const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (node) => {
		for (; node; node = node.parentElement) {
			const c = channels(getComputedStyle(node).backgroundColor);
			if (c.length === 3 || c[3] === 1) return c;
		}
		return [255, 255, 255];
	};
	const found = new Set();
	for (const node of document.querySelectorAll('body *')) {
		const text = [...node.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
		if (!text || !node.checkVisibility() || node.closest('.sr, .skip, option')) continue;
		const [a, b] = [light(channels(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
		const ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) found.add(node.className + ': ' + text.slice(0, 30) + ': ' + ratio.toFixed(2));
	}
	return [...found];
})()`

// wide lists what is cut off at the right of the page, or makes it scroll sideways.
const wide = `[document.documentElement, document.querySelector('main')].filter((n) => n.scrollWidth > n.clientWidth)
	.map((n) => n.tagName + ' is ' + n.scrollWidth + ' wide')`

// unnamed lists controls that a screen reader could not name.
const unnamed = `[...document.querySelectorAll('button, select, input, textarea, a')].filter((n) => n.checkVisibility() &&
	!(n.textContent.trim() || n.getAttribute('aria-label') || (n.labels && n.labels.length && n.labels[0].textContent.trim()))).map((n) => n.outerHTML)`

// Every view can be read: on a phone and on a desk, in the light and in the dark, with every kind of call in it.
func TestDashboardCanBeRead(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Fixtures: fixtures.Demo()})
	srv.Forgive("", "OpenCME.Login")
	p := dashboard(t, srv)
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	get(t, srv, srv.URL+"/PaaS/Material/Nothing")
	srv.Inject("OpenCME.Login", fault.Error("InternalError"))
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	login(t, srv, unencoded(srv.Tenant, "a b/云"))
	p.until("document.querySelectorAll('.call').length === 4")
	for _, view := range []string{"calls", "calls/2", "calls/3", "calls/4", "try/Material.CreateClass", "faults", "findings", "state", "coverage", "setup"} {
		p.run(chromedp.Evaluate("location.hash = '#"+view+"'", nil))
		name, _, _ := strings.Cut(view, "/")
		p.until("document.querySelector('#view-" + name + "').checkVisibility() && document.querySelector('#view-" + name + " h2, .call')")
		if view != "calls" && name == "calls" {
			p.until("document.querySelector('.detail .part')?.checkVisibility()")
		}
		for _, look := range []struct {
			name   string
			width  int64
			colour string
		}{{"360 dark", 360, "dark"}, {"768 light", 768, "light"}, {"1280 dark", 1280, "dark"}, {"1280 light", 1280, "light"}} {
			p.size(look.width, 800, look.colour)
			for what, list := range map[string]string{"faint": faint, "wide": wide, "unnamed": unnamed} {
				if diff := cmp.Diff([]string{}, value[[]string](p, list)); diff != "" {
					t.Errorf("%s at %s: %s:\n%s", view, look.name, what, diff)
				}
			}
		}
	}
}
