// What of the contract has been covered.
import { admin, operations } from './api.js';
import { chip, el, t } from './dom.js';

const view = { filter: '', used: false, list: null };

function meter(label, n, all) {
  return el('div', { class: 'card meter' }, el('h3', {}, label),
    el('p', { class: 'big' }, String(n), ' ', el('small', {}, t('of', all))), el('progress', { max: all, value: n, 'aria-label': label }));
}

// item shows the errors that can come in the dialect, and those that came.
function item(o, dialect) {
  const errors = o.errors.filter((r) => r.times || !r.dialect || !dialect || r.dialect === dialect);
  return el('li', { class: 'cover' + (o.calls ? '' : ' no') }, el('b', {}, o.operation), el('span', { class: 'times' }, String(o.calls)),
    o.calls ? el('div', { class: 'row' }, errors.map((r) => chip(r.times ? 'bad' : 'quiet', r.code + (r.times ? ' × ' + r.times : ''), [r.englishMessage, r.provenance].filter(Boolean).join(' · ')))) : null);
}

export async function show(root, argument, info, onlyList) {
  const [got, all] = await Promise.all([admin('GET', 'coverage'), operations()]);
  const service = new Map(all.map((o) => [o.id, o.service]));
  const fill = () => {
    const wanted = got.operations.filter((o) => o.operation.toLowerCase().includes(view.filter.toLowerCase()) && (!view.used || o.calls));
    const services = [...new Set(wanted.map((o) => service.get(o.operation)))];
    view.list.replaceChildren(...services.map((s) => el('div', { class: 'steps' }, el('h3', {}, s),
      el('ul', { class: 'card table' }, wanted.filter((o) => service.get(o.operation) === s).map((o) => item(o, info.dialect.name))))));
  };
  if (!onlyList || !view.list) {
    view.list = el('div', { class: 'steps' });
    view.meters = el('div', { class: 'grid' });
    root.replaceChildren(
      el('div', { class: 'head' }, el('h2', {}, t('coverage')), el('p', {}, t('coverage.text'))), view.meters,
      el('div', { class: 'row' },
        el('input', { class: 'filter', type: 'search', placeholder: t('filter.operations'), 'aria-label': t('filter.operations'), value: view.filter, oninput: (e) => { view.filter = e.target.value.trim(); view.fill(); } }),
        el('button', { type: 'button', 'aria-pressed': String(view.used), onclick: (e) => { view.used = !view.used; e.target.setAttribute('aria-pressed', String(view.used)); view.fill(); } }, t('only.used'))),
      view.list);
  }
  const e = got.covered;
  const kinds = ['operations', 'errors', 'fields', 'values', 'answers'].map((kind) => [kind, e['of' + kind[0].toUpperCase() + kind.slice(1)]]);
  view.meters.replaceChildren(...kinds.filter(([, of]) => of !== undefined).map(([kind, of]) => meter(t('covered.' + kind), e[kind], of)));
  view.fill = fill;
  fill();
}
