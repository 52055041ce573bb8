// Everything the tenant remembers, as a tree.
import { address, admin } from './api.js';
import { el, failed, t, toast, tree } from './dom.js';

export async function show(root) {
  const { state } = await admin('GET', 'state');
  const reset = () => admin('POST', 'reset').then(() => {
    toast(t('reset.done'));
    document.dispatchEvent(new Event('fakecme:changed'));
    return show(root);
  }).catch(failed);
  root.replaceChildren(
    el('div', { class: 'head' }, el('h2', {}, t('state')), el('span', { class: 'spacer' }),
      el('button', { type: 'button', onclick: () => show(root).catch(failed) }, t('reload')),
      el('a', { class: 'button', href: address('state'), download: 'state.json' }, t('download')),
      el('button', { type: 'button', class: 'danger', onclick: reset }, t('reset')),
      el('p', {}, t('state.text'))),
    ...Object.entries(state).map(([name, part]) => el('div', { class: 'card tree' }, tree(name, part, name !== 'ids'))));
}
