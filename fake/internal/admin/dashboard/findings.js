// Findings of this tenant, and bugs in the fake.
import { admin } from './api.js';
import { chip, el, failed, t } from './dom.js';
import { note } from './detail.js';

function item(f) {
  return el('li', { class: 'item' },
    el('div', { class: 'row' }, el('b', {}, f.operation || t('unknown')), f.times > 1 ? chip('warn', t('x.times', f.times)) : null),
    el('p', { class: 'soft mono' }, f.call),
    note('warn', t('finding'), f.diagnosis));
}

let drawn = '';

export async function show(root, argument, info, onlyNew) {
  const got = await admin('GET', 'findings');
  if (onlyNew && drawn === JSON.stringify(got)) return; // whoever reads keeps place and selection
  drawn = JSON.stringify(got);
  const { findings, bugs } = got;
  const forget = () => admin('DELETE', 'findings').then(() => document.dispatchEvent(new Event('fakecme:changed'))).catch(failed);
  root.replaceChildren(
    el('div', { class: 'head' }, el('h2', {}, t('findings')), el('span', { class: 'spacer' }),
      findings.length ? el('button', { type: 'button', class: 'danger', onclick: forget }, t('forget')) : null, el('p', {}, t('findings.text'))),
    findings.length ? el('ul', { class: 'card table' }, findings.map(item)) : el('p', { class: 'nothing' }, t('no.findings')),
    ...(bugs.length ? [el('h3', {}, t('bugs')), ...bugs.map((b) => el('pre', { class: 'box' }, b))] : []));
}
