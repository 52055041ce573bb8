// Runs the script of the hand-off page, which comes on standard input, at the address in argv[2]
// against a fake answer in argv[3], and prints what became of it as JSON.
'use strict';
const search = process.argv[2], answer = JSON.parse(process.argv[3]);
const script = require('fs').readFileSync(0, 'utf8');

function element(name) {
  return {
    name, hidden: true, lang: '', children: [], text: '',
    set textContent(t) { this.text = String(t); this.children = []; },
    get textContent() { return this.text; },
    appendChild(child) { this.children.push(child); return child; },
  };
}
const byId = {};
const document = {
  documentElement: { lang: 'zh' },
  getElementById: id => (byId[id] = byId[id] || element(id)),
  createElement: element,
};
const seen = { address: null, fetched: null };
const location = { search, pathname: '/', hash: '#top' };
const history = { replaceState(_state, _title, url) { seen.address = url; } };
const fetch = (url, options) => {
  seen.fetched = { url, authorization: options.headers.get('Authorization') };
  if (answer.broken) { return Promise.reject(new TypeError(answer.broken)); }
  return Promise.resolve({
    status: 200, headers: new Headers(answer.why ? { 'X-Fakecme-Why': answer.why } : {}),
    text: () => Promise.resolve(answer.body),
  });
};
new Function('document', 'location', 'history', 'fetch', 'navigator', 'Headers', script)(
  document, location, history, fetch, { language: 'en-US' }, Headers);

setImmediate(() => setImmediate(() => {
  seen.lang = document.documentElement.lang;
  seen.shown = ['waiting', 'none', 'good', 'bad'].filter(id => byId[id] && !byId[id].hidden).join();
  seen.facts = byId.facts.children.filter(c => c.name === 'dd').map(c => c.text);
  console.log(JSON.stringify(seen));
}));
