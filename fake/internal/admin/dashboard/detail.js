// One call: what became of it, why, and everything that went over the wire.
import { curl } from './api.js';
import { chip, code, copyButton, el, pairs, spoken, t } from './dom.js';
import { marks, span, title } from './format.js';

// seen is a character that can be seen: a blank, or the picture of a control character.
const seen = (c) => (c === ' ' ? '␣' : c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : c === '\x7f' ? '␡' : c);

// For these the other text is not what to send, but what the HMAC was made over instead.
const madeOver = /^cme\.(re-encoded|re-ordered|signed-)/;

// compare shows two texts with the first byte in which they differ marked, or the one that there is. The position counts
// bytes from 1.
function compare(d) {
  if (!d.differsAt) {
    if (!d.received) return null;
    return el('div', { class: 'compare' }, el('div', { class: 'mono got' }, el('span', { class: 'label' }, t('received')), d.received));
  }
  const side = (label, text, kind) => {
    const bytes = new TextEncoder().encode(text);
    const cut = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
    let from = d.differsAt - 1, to = from + 1;
    while (from > 0 && (bytes[from] & 0xc0) === 0x80) from--; // the whole character
    while (to < bytes.length && (bytes[to] & 0xc0) === 0x80) to++;
    return el('div', { class: 'mono ' + kind }, el('span', { class: 'label' }, label),
      el('span', { class: 'same' }, cut(0, from)), el('mark', {}, from < bytes.length ? seen(cut(from, to)) : '∅'), cut(to));
  };
  return el('div', { class: 'compare' }, side(t('received'), d.received || '', 'got'), side(madeOver.test(d.code) ? t('made.over') : t('expected'), d.expected || '', 'want'),
    el('p', { class: 'soft' }, t('differs', d.differsAt)));
}

export function note(kind, label, d) {
  return el('div', { class: 'note ' + kind },
    el('h3', {}, label, ' ', el('code', { class: 'code' }, d.code)),
    el('p', {}, d.sentence), d.fix ? el('p', { class: 'fix' }, d.fix) : null, compare(d));
}

function headers(of) {
  const list = Object.entries(of || {}).sort();
  if (!list.length) return null;
  return el('details', {}, el('summary', {}, t('headers', list.length)), pairs(list.map(([name, values]) => [name, values.join(', ')])));
}

function part(label, header, body) {
  const text = typeof body === 'string' ? body : null;
  const size = body && body.base64 ? Math.floor(body.base64.length * 3 / 4) : 0;
  return el('section', { class: 'part' },
    el('div', { class: 'row' }, el('h3', {}, label), el('span', { class: 'spacer' }), text ? copyButton(() => text) : null),
    headers(header),
    text ? code(text) : el('p', { class: 'soft' }, size ? t('binary', size) : t('no.body')));
}

// again is the address of the form that makes the call once more.
const again = (c) => '#try/' + encodeURIComponent(c.operation) + '/' + c.number;

function actions(c) {
  const row = el('div', { class: 'row' });
  if (c.operation && c.kind !== 'callback') {
    row.append(el('a', { class: 'button', href: again(c) }, t('call.again')), el('a', { class: 'button', href: '#faults/' + encodeURIComponent(c.operation) }, t('inject.here')));
  }
  // The command is signed anew, so it is made only when it is asked for.
  if (c.kind !== 'callback') row.prepend(copyButton(() => curl(c.number), t('copy.curl')));
  return row;
}

export function detail(c, close) {
  const shut = el('button', { type: 'button', class: 'plain', 'aria-label': t('close'), onclick: close }, '✕');
  if (!c) return [el('header', {}, el('div', { class: 'row' }, el('h2', {}, t('call.gone')), shut))];
  return [
    el('header', {},
      el('div', { class: 'row' }, el('h2', {}, title(c)), marks(c), shut),
      el('p', { class: 'url mono' }, `${c.method} ${c.host}${c.url}`),
      el('div', { class: 'row soft' }, [new Date(c.time).toLocaleString(spoken() === 'zh' ? 'zh-CN' : 'en-GB'), span(c.took), c.service, c.user].filter(Boolean).map((text) => chip('', text)))),
    el('div', { class: 'inside' },
      actions(c),
      c.fault && !c.diagnosis ? el('div', { class: 'note odd' }, el('p', {}, t('fault.note', c.fault))) : null,
      c.diagnosis ? note(c.fault ? 'odd' : 'bad', c.fault ? t('fault') : t('why'), c.diagnosis) : null,
      (c.findings || []).filter((f) => !c.diagnosis || f.diagnosis.code !== c.diagnosis.code).map((f) => note('warn', t('finding'), f.diagnosis)),
      part(t('request'), c.requestHeader, c.requestBody),
      part(t('answer'), c.responseHeader, c.responseBody)),
  ];
}
