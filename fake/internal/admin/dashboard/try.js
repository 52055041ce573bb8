// The form that signs and calls.
import { admin, operations, run } from './api.js';
import { chip, code, el, failed, field, indent, t } from './dom.js';

const form = { operation: 'Material.ListMedia', user: 'fake-user', body: null };

// picker lists the operations by service.
export function picker(all, value, onchange) {
  const services = [...new Set(all.map((o) => o.service))];
  const select = el('select', { onchange }, services.map((service) => {
    const group = el('optgroup', { label: service });
    group.append(...all.filter((o) => o.service === service).map((o) => el('option', { value: o.id, title: o.summary }, o.id)));
    return group;
  }));
  select.value = value;
  return select;
}

function outcome(step, name, label) {
  let code0 = String(step.status);
  let good = step.status < 400;
  try {
    const body = JSON.parse(step.text);
    const rejected = body.Response ? body.Response.Error && body.Response.Error.Code : body.Code !== undefined ? body.Code !== 'Success' && body.Code : body.code !== 0 && body.code;
    if (rejected || rejected === 0) { good = false; code0 = String(rejected); }
  } catch { /* no JSON: the status says it */ }
  return el('section', { class: 'card part' },
    el('div', { class: 'row' }, el('h3', {}, label), el('span', { class: 'soft' }, name), el('span', { class: 'spacer' }), chip(good ? 'good' : 'bad', code0)),
    step.why ? el('div', { class: 'note bad' }, el('p', {}, step.why)) : null,
    code(step.text));
}

// placed are the values that an address has where the path of its operation has names in braces.
function placed(path, url) {
  const names = [], pattern = path.replace(/\{(\w+)\}/g, (_, name) => { names.push(name); return '([^/?]*)'; });
  const found = url.match(new RegExp('^' + pattern + '(?:\\?|$)'));
  return found ? Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1])])) : {};
}

export async function show(root, argument) {
  const [name, number] = argument.split('/');
  const all = await operations();
  if (all.some((o) => o.id === name) && name !== form.operation) Object.assign(form, { operation: name, body: null });
  if (number) {
    const call = await admin('GET', 'journal/' + number).catch(() => null);
    if (call && typeof call.requestBody === 'string' && call.requestBody.startsWith('{')) form.body = indent(call.requestBody);
    if (call && call.method === 'GET') {
      const query = [...new URLSearchParams(call.url.split('?')[1] || '')].filter(([key]) => key !== 'auth' && key !== 'signature');
      form.body = indent(JSON.stringify({ ...placed(all.find((o) => o.id === form.operation).path, call.url), ...Object.fromEntries(query) }));
    }
    if (call && call.user) form.user = call.user;
  }
  const operation = () => all.find((o) => o.id === form.operation);
  const hint = el('p', { class: 'soft' }), about = el('p', { class: 'soft mono' }), steps = el('div', { class: 'steps', 'aria-live': 'polite' });
  const body = el('textarea', { rows: '12', spellcheck: 'false', oninput: () => { form.body = body.value; } });
  const fill = () => {
    const o = operation();
    about.textContent = `${o.method} ${o.path}`;
    hint.textContent = o.documented ? t('example.documented') : t('example.made');
    body.value = form.body === null ? indent(JSON.stringify(o.example)) : form.body;
  };
  const user = el('input', { value: form.user, autocomplete: 'off', oninput: () => { form.user = user.value.trim(); } });
  const send = el('button', { type: 'submit', class: 'primary' }, t('send'));
  const submit = async (e) => {
    e.preventDefault();
    let request;
    try {
      request = JSON.parse(body.value.trim() || '{}');
      if (request === null || typeof request !== 'object' || Array.isArray(request)) throw new Error(typeof request);
    } catch (err) {
      failed(new Error(t('bad.json', err.message)));
      body.focus();
      return;
    }
    send.disabled = true;
    send.textContent = t('sending');
    steps.replaceChildren();
    try {
      await run(operation(), form.user, request, (step, which) =>
        steps.prepend(outcome(step, which, which === form.operation ? t('step.call') : t('step.login'))));
    } catch (err) {
      failed(err);
    }
    send.disabled = false;
    send.textContent = t('send');
  };
  fill();
  root.replaceChildren(
    el('div', { class: 'head' }, el('h2', {}, t('try')), el('p', {}, t('try.text'))),
    el('div', { class: 'two' },
      el('form', { class: 'card steps', onsubmit: submit, onkeydown: (e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) submit(e); } },
        el('div', { class: 'grid' },
          field(t('operation'), picker(all, form.operation, (e) => { Object.assign(form, { operation: e.target.value, body: null }); fill(); })),
          field(t('user'), user)),
        about, field(t('body'), body), hint, el('div', { class: 'row' }, send)),
      steps));
}
