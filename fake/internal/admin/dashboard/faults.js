// Faults: injected here, listed with how often they were met, removed.
import { admin, operations } from './api.js';
import { chip, el, failed, field, t, toast } from './dom.js';
import { picker } from './try.js';

const view = { list: null, drawn: '' };

const changed = () => document.dispatchEvent(new Event('fakecme:changed'));

function item(f) {
  const more = [f.code, f.status, f.wait, f.bytes !== undefined && f.kind === 'truncate' ? t('bytes') + ': ' + f.bytes : '', f.contentType].filter(Boolean);
  const rule = [f.skip ? `${t('skip.first')} ${f.skip}` : '', f.times ? `${t('times')} ${f.times}` : ''].filter(Boolean).join(' · ');
  return el('li', { class: 'item' },
    el('div', { class: 'row' }, el('b', {}, f.operation), chip('odd', f.kind), more.map((m) => chip('', String(m))), el('span', { class: 'spacer' }),
      f.fired ? chip('good', t('fired')) : chip('quiet', t('waiting')),
      el('button', { type: 'button', class: 'danger', 'aria-label': `${t('remove')}: ${f.operation} ${f.kind}`, onclick: () => admin('DELETE', 'faults/' + f.id).then(changed).catch(failed) }, t('remove'))),
    el('p', { class: 'soft' }, t('seen.fired', f.seen || 0, f.fired || 0), rule ? ' · ' + rule : ''));
}

async function drawList(onlyNew) {
  const { faults } = await admin('GET', 'faults');
  if (onlyNew && view.drawn === JSON.stringify(faults)) return; // the focus stays where it is
  view.drawn = JSON.stringify(faults);
  view.list.replaceChildren(...(faults.length ? [
    el('ul', { class: 'card table' }, faults.map(item)),
    el('div', { class: 'row' }, el('button', { type: 'button', class: 'danger', onclick: () => admin('DELETE', 'faults').then(changed).catch(failed) }, t('remove.all'))),
  ] : [el('p', { class: 'nothing' }, t('no.faults'))]));
}

// withServices adds the name of all operations of a service before them, with the errors that all of them have.
function withServices(all) {
  return [...new Set(all.map((o) => o.service))].flatMap((service) => {
    const own = all.filter((o) => o.service === service);
    const errors = (own[0].errors || []).filter((r) => own.every((o) => (o.errors || []).some((other) => other.code === r.code)));
    return [{ id: service + '.*', service, errors }, ...own];
  });
}

// form asks for what the chosen kind needs, and for nothing else.
function form(all, kinds, chosen) {
  const input = (name, attributes) => el('input', { name, ...attributes });
  const code = el('select', { name: 'code' });
  const operation = picker(all, chosen, () => codes());
  const kind = el('select', { name: 'kind', onchange: () => needed() }, kinds.map((k) => el('option', { value: k }, t('kind.' + k))));
  const parts = {
    code: field(t('code'), code),
    status: field(t('status'), input('status', { type: 'number', min: '400', max: '599', value: '503' })),
    wait: field(t('wait'), input('wait', { value: '2s' })),
    bytes: field(t('bytes'), input('bytes', { type: 'number', min: '0', value: '10' })),
    contentType: field(t('contentType'), input('contentType', { value: 'text/html' })),
  };
  const uses = { error: ['code'], status: ['status'], delay: ['wait'], drip: ['wait'], truncate: ['bytes'], 'content-type': ['contentType'] };
  const codes = () => {
    const errors = (all.find((o) => o.id === operation.value) || {}).errors || [];
    const list = [...new Set(errors.map((r) => r.code))];
    code.replaceChildren(...list.map((c) => el('option', { value: c, title: (errors.find((r) => r.code === c) || {}).when }, c)));
  };
  const needed = () => { for (const [name, part] of Object.entries(parts)) part.hidden = !(uses[kind.value] || []).includes(name); };
  codes();
  needed();
  const node = el('form', { class: 'card steps', onsubmit: (e) => {
    e.preventDefault();
    const injected = { operation: operation.value, kind: kind.value };
    for (const name of uses[kind.value] || []) injected[name] = ['status', 'bytes'].includes(name) ? Number(node.elements[name].value) : node.elements[name].value;
    for (const name of ['skip', 'times']) if (Number(node.elements[name].value)) injected[name] = Number(node.elements[name].value);
    admin('POST', 'faults', injected).then(() => {
      toast(t('injected', injected.operation));
      changed();
    }).catch(failed);
  } },
  el('div', { class: 'grid' }, field(t('operation'), operation), field(t('kind'), kind), Object.values(parts)),
  el('div', { class: 'grid' }, field(t('skip.first'), input('skip', { type: 'number', min: '0', value: '0' })), field(t('times'), input('times', { type: 'number', min: '1', value: '1' })),
    el('button', { type: 'submit', class: 'primary' }, t('inject'))));
  return node;
}

export async function show(root, argument, info, onlyList) {
  const all = withServices(await operations());
  if (!onlyList || !view.list) {
    const chosen = all.some((o) => o.id === argument) ? argument : 'Material.ListMedia';
    view.list = el('div', { class: 'steps' });
    root.replaceChildren(el('div', { class: 'head' }, el('h2', {}, t('faults')), el('p', {}, t('faults.text'))), form(all, info.faultKinds, chosen), view.list);
  }
  await drawList(onlyList);
}
