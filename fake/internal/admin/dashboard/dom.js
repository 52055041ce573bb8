// Small parts of the page. Texts from calls only ever become text nodes, never HTML.
import texts from './text.js';

let language = 'en';

export function speak(lang) {
  language = texts[lang] ? lang : 'en';
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export const spoken = () => language;

// t is the text of a key in the language of the page.
export function t(key, ...values) {
  return texts[language][key].replace(/\{(\d)\}/g, (_, i) => values[i]);
}

// el makes an element: el('button', {class: 'primary', onclick}, 'text', child, …).
export function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'disabled') node[key] = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const chip = (kind, text, title) => el('span', { class: 'chip ' + kind, title }, text);

export function field(label, control) {
  return el('label', { class: 'field' }, el('span', {}, label), control);
}

let fading = 0;

// toast says shortly what has happened; a screen reader hears it.
export function toast(text, bad) {
  const box = document.getElementById('toast');
  box.textContent = text;
  box.className = bad ? 'bad' : '';
  clearTimeout(fading);
  fading = setTimeout(() => { box.textContent = ''; }, bad ? 8000 : 2500);
}

export const failed = (e) => toast(t('failed', e.message), true);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission, or no secure context: the old way
    const area = el('textarea', { class: 'sr', value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(t('copied'));
}

// copyButton copies what text() gives when it is pressed; text may be a promise.
export function copyButton(text, label) {
  const button = el('button', { type: 'button', onclick: async () => {
    try {
      await copy(await text());
    } catch (e) {
      failed(e);
    }
    button.focus();
  } }, label || t('copy'));
  return button;
}

// line is a command to paste.
export const line = (text) => el('div', { class: 'line' }, el('code', {}, text), copyButton(() => text));

export function pairs(list) {
  return el('dl', { class: 'pairs' }, list.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

const largest = 200000; // characters that are coloured

// code shows a body: JSON indented and coloured, anything else as it is.
export function code(text) {
  const box = el('pre', { class: 'box', tabindex: '0' });
  try {
    JSON.parse(text);
  } catch {
    box.textContent = text;
    return box;
  }
  const pretty = indent(text);
  if (pretty.length > largest) {
    box.textContent = pretty;
    return box;
  }
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;
  let last = 0;
  for (const m of pretty.matchAll(token)) {
    box.append(pretty.slice(last, m.index));
    const kind = m[1] ? (m[2] ? 'k' : 's') : m[3] ? 'n' : 'b';
    box.append(el('span', { class: kind }, m[1] || m[3] || m[4]), m[2] || '');
    last = m.index + m[0].length;
  }
  box.append(pretty.slice(last));
  return box;
}

// indent lays JSON out by its text, so that no number loses a digit.
export function indent(text) {
  let out = '', depth = 0;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) || [];
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    const newline = () => { out += '\n' + '  '.repeat(depth); };
    if (token === '{' || token === '[') {
      out += token;
      if (next === '}' || next === ']') return;
      depth++;
      newline();
    } else if (token === '}' || token === ']') {
      if (tokens[i - 1] !== '{' && tokens[i - 1] !== '[') {
        depth--;
        newline();
      }
      out += token;
    } else if (token === ',') {
      out += token;
      newline();
    } else {
      out += token === ':' ? ': ' : token;
    }
  });
  return out;
}

const together = 100; // children of a tree that are shown at once

// tree shows JSON as branches that open; children are made when they are first seen.
export function tree(name, value, open) {
  const label = name === null ? [] : [el('span', { class: 'k' }, String(name)), ': '];
  if (value === null || typeof value !== 'object') {
    const kind = typeof value === 'string' ? 's' : typeof value === 'number' ? 'n' : 'b';
    return el('div', { class: 'leaf' }, label, el('span', { class: kind }, JSON.stringify(value)));
  }
  const keys = Object.keys(value), list = Array.isArray(value);
  if (!keys.length) return el('div', { class: 'leaf' }, label, list ? '[]' : '{}');
  const inside = el('div');
  const node = el('details', {}, el('summary', {}, label, el('span', { class: 'soft' }, list ? `[${keys.length}]` : `{${keys.length}}`)), inside);
  const grow = (from) => {
    inside.append(...keys.slice(from, from + together).map((key) => tree(key, value[key], false)));
    const left = keys.length - from - together;
    if (left > 0) {
      const more = el('button', { type: 'button', class: 'plain', onclick: () => { more.remove(); grow(from + together); } }, t('more', Math.min(left, together)));
      inside.append(more);
    }
  };
  node.addEventListener('toggle', () => { if (node.open && !inside.childNodes.length) grow(0); });
  node.open = Boolean(open);
  return node;
}
