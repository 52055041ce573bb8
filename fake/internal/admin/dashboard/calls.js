// The list of calls, newest first, and the one that is open beside it.
import { address, admin } from './api.js';
import { el, failed, line, t, toast } from './dom.js';
import { detail } from './detail.js';
import { failing, marks, span, title, verdict } from './format.js';

const most = 1000; // rows; the journal has the rest
const view = { root: null, list: null, side: null, rows: new Map(), calls: new Map(), open: 0, paused: false, held: new Map(), ended: new Set(), drawing: 0, filter: '', only: 'all' };

// plain leaves out a credential, when the query is nothing else.
const plain = (url) => url.replace(/\?(auth|signature)=(<[^>]*>)?$/, '');

function row(c) {
  const when = new Date(c.time), two = (n) => String(n).padStart(2, '0');
  return el('div', { class: 'call', role: 'option', id: 'call-' + c.number, 'aria-selected': String(c.number === view.open), 'data-n': c.number },
    el('span', { class: 'time', title: c.time }, `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`, el('span', { class: 'ms' }, '.' + String(when.getMilliseconds()).padStart(3, '0'))),
    el('span', { class: 'dot ' + verdict(c) }),
    el('span', { class: 'name' }, title(c)),
    el('span', { class: 'path mono' }, `${c.method} ${plain(c.url)}`, c.diagnosis ? el('span', { class: 'because' }, c.diagnosis.code) : null),
    el('span', { class: 'marks' }, marks(c)),
    el('span', { class: 'took' }, c.pending ? '…' : span(c.took)));
}

function matches(c) {
  if (view.only === 'errors' && !failing(c)) return false;
  if (view.only === 'findings' && !c.findings) return false;
  const text = [c.operation, c.method, c.host, c.url, c.status, c.error, c.user, c.fault, c.service, c.diagnosis && c.diagnosis.code].join(' ').toLowerCase();
  return view.filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

const visible = () => [...view.list.querySelectorAll('.call:not([hidden])')];

function judge() {
  for (const [n, node] of view.rows) node.hidden = !matches(view.calls.get(n));
  settle();
}

// settle shows what stands in place of rows where there are none.
function settle() {
  if (!view.list) return;
  const empty = view.rows.size === 0;
  view.root.querySelector('.welcome').hidden = !empty;
  view.root.querySelector('.nomatch').hidden = empty || view.list.querySelector('.call:not([hidden])') !== null;
  const pause = view.root.querySelector('.pause');
  pause.textContent = !view.paused ? t('pause') : view.held.size ? t('resume.new', view.held.size) : t('resume');
  pause.setAttribute('aria-pressed', String(view.paused));
}

// draw brings the rows in line with the calls. Calls that come together are drawn together.
function draw() {
  view.drawing = 0;
  if (!view.list) return;
  for (const [n, node] of view.rows) {
    if (view.calls.has(n)) continue;
    node.remove();
    view.rows.delete(n);
  }
  const fresh = [];
  for (const [n, c] of view.calls) {
    const old = view.rows.get(n);
    if (old && !view.ended.delete(n)) continue;
    const node = row(c);
    node.hidden = !matches(c);
    view.rows.set(n, node);
    if (old) {
      old.replaceWith(node);
      if (n === view.open) show(view.root, n).catch(failed); // it is open beside the list
    } else {
      node.classList.add('new');
      fresh.unshift(node);
    }
  }
  view.ended.clear();
  view.list.querySelector('.rows').prepend(...fresh);
  settle();
}

function later() {
  view.drawing = view.drawing || setTimeout(draw, 50);
}

// add takes a new call, or one that was pending and has ended, in its place.
export function add(c) {
  const list = view.paused && !view.calls.has(c.number) ? view.held : view.calls;
  if (list.has(c.number)) view.ended.add(c.number);
  else if (list.size >= most && c.number < list.keys().next().value) return; // its row is gone
  list.set(c.number, c);
  if (list.size > most) list.delete(list.keys().next().value);
  later();
}

// oldest: the journal holds nothing before that number any more. Calls are kept in the order of their numbers.
export function oldest(first) {
  for (const list of [view.held, view.calls]) {
    for (const n of list.keys()) {
      if (n >= first) break;
      list.delete(n);
    }
  }
  later();
}

export function skipped(n) { toast(t('skipped', n)); }

// restart forgets all: another tenant is shown, or another server answers.
export function restart() {
  view.held.clear();
  view.calls.clear();
  draw();
  if (location.hash.startsWith('#calls/')) location.hash = '#calls';
}

export function find() { view.root.querySelector('.filter').focus(); }

function choose(n) {
  view.open = n; // at once: the next key may come before the address has changed
  location.hash = n ? '#calls/' + n : '#calls';
}

function keys(e) {
  const list = visible(), at = list.findIndex((node) => Number(node.dataset.n) === view.open);
  const to = { ArrowDown: at + 1, ArrowUp: Math.max(at - 1, 0), Home: 0, End: list.length - 1, Enter: Math.max(at, 0), ' ': Math.max(at, 0) }[e.key];
  if (to === undefined || !list.length) return;
  e.preventDefault();
  const node = list[Math.min(to, list.length - 1)];
  choose(Number(node.dataset.n));
  node.scrollIntoView({ block: 'nearest' });
}

function toolbar() {
  const only = el('div', { class: 'seg', role: 'group', 'aria-label': t('calls') }, ['all', 'errors', 'findings'].map((key) =>
    el('button', { type: 'button', 'aria-pressed': String(view.only === key), onclick: (e) => {
      view.only = key;
      for (const b of only.children) b.setAttribute('aria-pressed', String(b === e.target));
      judge();
    } }, t(key))));
  return el('div', { class: 'bar' },
    el('input', { class: 'filter', type: 'search', placeholder: t('filter'), 'aria-label': t('filter'), value: view.filter, oninput: (e) => { view.filter = e.target.value.trim(); judge(); } }),
    only, el('span', { class: 'spacer' }),
    el('button', { type: 'button', class: 'pause', onclick: () => {
      view.paused = !view.paused;
      if (!view.paused) {
        view.held.forEach(add);
        view.held.clear();
      }
      settle();
    } }),
    el('a', { class: 'button far', href: address('journal.har'), download: 'journal.har', title: t('har.title') }, t('har')),
    el('button', { type: 'button', class: 'danger', title: t('clear.title'), onclick: () => admin('DELETE', 'journal').catch(failed) }, t('clear')));
}

function welcome() {
  const base = location.origin;
  return el('div', { class: 'welcome', hidden: true },
    el('div', {}, el('h2', {}, t('welcome')), el('p', { class: 'soft' }, t('welcome.text'))),
    el('ol', {},
      el('li', {}, el('p', {}, t('welcome.sign')), line(`curl "$(fakecme sign cme --url --base ${base})"`)),
      el('li', {}, el('p', {}, t('welcome.point')), line(base)),
      el('li', {}, el('p', {}, t('welcome.here')), el('p', {}, el('a', { class: 'button', href: '#try/Material.ListMedia' }, t('try'))))));
}

export function redraw() {
  if (!view.root) return;
  view.rows.clear();
  view.list = el('div', { class: 'list', role: 'listbox', tabindex: '0', 'aria-label': t('list'), onkeydown: keys, onclick: (e) => {
    const node = e.target.closest('.call');
    if (node) choose(Number(node.dataset.n));
  } }, el('div', { class: 'rows', role: 'presentation' }), el('p', { class: 'nothing nomatch', hidden: true }, t('none.match')), welcome());
  view.side = el('aside', { class: 'detail', hidden: true });
  view.split = el('div', { class: 'split' }, view.list, view.side);
  view.root.replaceChildren(toolbar(), view.split);
  draw();
}

export async function show(root, argument) {
  if (view.root !== root) {
    view.root = root;
    root.addEventListener('keydown', (e) => {
      if (e.key === 'Escape' && view.open) {
        choose(0);
        view.list.focus();
      }
    });
    redraw();
  }
  view.open = Number(argument) || 0;
  for (const [n, node] of view.rows) node.setAttribute('aria-selected', String(n === view.open));
  if (view.open) view.list.setAttribute('aria-activedescendant', 'call-' + view.open);
  else view.list.removeAttribute('aria-activedescendant');
  view.side.hidden = !view.open;
  view.split.classList.toggle('open', view.open > 0);
  if (!view.open) {
    view.side.replaceChildren();
    return;
  }
  const wanted = view.open;
  let call = null;
  try {
    call = await admin('GET', 'journal/' + wanted);
  } catch (e) {
    if (e.status !== 404) throw e;
  }
  if (wanted !== view.open) return; // another one was chosen meanwhile
  view.side.dataset.n = wanted;
  view.side.replaceChildren(...detail(call, () => { choose(0); view.list.focus(); }));
  view.side.scrollTop = 0;
}
