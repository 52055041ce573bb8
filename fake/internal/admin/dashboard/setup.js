// Clock, dialect, settings and tenants.
import { admin, chosen } from './api.js';
import { chip, el, failed, field, pairs, spoken, t, toast } from './dom.js';

const changed = () => document.dispatchEvent(new Event('fakecme:changed'));

// tick is called each second with the tenant's time.
export function tick(now, kind) {
  const node = document.getElementById('now');
  if (!node) return;
  node.textContent = now.toLocaleString(spoken() === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  const mark = document.getElementById('now-kind');
  mark.textContent = t(kind);
  mark.className = 'chip ' + (kind === 'clock.real' ? 'good' : 'warn');
}

function clock() {
  const put = (body) => admin('PUT', 'clock', body).then(changed).catch(failed);
  const button = (label, body) => el('button', { type: 'button', onclick: () => put(body) }, label);
  return el('div', { class: 'card steps' }, el('h3', {}, t('clock')), el('p', { class: 'soft' }, t('clock.text')),
    el('div', { class: 'row' }, el('span', { class: 'now', id: 'now' }), el('span', { id: 'now-kind' })),
    el('div', { class: 'row' }, button('+1 min', { advance: '1m' }), button('+1 h', { advance: '1h' }), button('+24 h', { advance: '24h' })),
    el('div', { class: 'row' }, button(t('freeze'), { frozen: true }), button(t('unfreeze'), { frozen: false }), button(t('back.to.real'), { real: true })));
}

function tenants(info) {
  const id = el('input', { autocomplete: 'off', spellcheck: 'false' });
  const choose = (name) => document.dispatchEvent(new CustomEvent('fakecme:tenant', { detail: name }));
  return el('div', { class: 'steps' },
    el('div', {}, el('h3', {}, t('tenants')), el('p', { class: 'soft' }, t('tenants.text'))),
    el('ul', { class: 'card table' }, info.tenants.map((one) => el('li', { class: 'item' },
      el('div', { class: 'row' }, el('b', {}, one.id), el('span', { class: 'spacer' }),
        one.id === chosen() ? chip('good', t('shown')) : el('button', { type: 'button', onclick: () => choose(one.id) }, t('show'))),
      pairs([['secretId', one.secretId], ['platform', one.platform], ['appid', one.appid]])))),
    el('form', { class: 'row', onsubmit: (e) => {
      e.preventDefault();
      admin('POST', 'tenants', { id: id.value.trim() }).then((made) => {
        toast(t('made', made.id));
        choose(made.id);
      }).catch(failed);
    } }, field(t('new.tenant'), id), el('button', { type: 'submit' }, t('make'))));
}

const mebibyte = 1 << 20;

function word(value) {
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return value && value % mebibyte === 0 ? `${value / mebibyte} MiB` : String(value);
}

function readingsOf(name, readings) {
  const other = Object.entries(readings).filter(([, value]) => value), same = Object.keys(readings).filter((key) => !readings[key]);
  return el('div', { class: 'card steps' }, el('h3', {}, t('dialect.title', name)), el('p', { class: 'soft' }, t('dialect.text')),
    other.length ? pairs(other) : null,
    same.length ? el('details', {}, el('summary', {}, t('same', same.length)), el('ul', { class: 'names' }, same.map((key) => el('li', { class: 'name mono' }, key)))) : null);
}

export async function show(root, argument, info) {
  const { name, ...readings } = info.dialect;
  root.replaceChildren(
    el('div', { class: 'head' }, el('h2', {}, t('setup'))),
    el('div', { class: 'two' },
      el('div', { class: 'steps' }, clock(), readingsOf(name, readings)),
      el('div', { class: 'steps' }, tenants(info), el('div', { class: 'card' }, el('h3', {}, t('settings')), pairs([[t('version'), info.version], ...Object.entries(info.settings).map(([key, value]) => [key, word(value)])])))));
  changed();
}
