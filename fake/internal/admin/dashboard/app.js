// The frame of the page: language, tenant, views, and what the header shows.
import { admin, choose, chosen, forget, listen } from './api.js';
import { el, failed, speak, spoken, t } from './dom.js';
import * as calls from './calls.js';
import * as attempt from './try.js';
import * as faults from './faults.js';
import * as findings from './findings.js';
import * as state from './state.js';
import * as coverage from './coverage.js';
import * as setup from './setup.js';

const views = { calls, try: attempt, faults, findings, state, coverage, setup };
const $ = (id) => document.getElementById(id);
const page = { info: null, view: 'calls', argument: '', clock: null, asked: 0, stop: null, counting: 0 };

// A browser may forbid storage; then nothing is remembered.
function remember(key, value) {
  try {
    if (value !== undefined) localStorage.setItem('fakecme.' + key, value);
    return localStorage.getItem('fakecme.' + key) || '';
  } catch {
    return '';
  }
}

// route shows the view that the address names: #calls/17, #try/Material.ListMedia.
function route() {
  let asked = location.hash.slice(1);
  try { asked = decodeURIComponent(asked); } catch { /* a stray percent sign: as it stands */ }
  const [name, ...rest] = asked.split('/');
  page.view = views[name] ? name : 'calls';
  page.argument = rest.join('/');
  for (const key of Object.keys(views)) $('view-' + key).hidden = key !== page.view;
  for (const tab of $('tabs').children) {
    if (tab.dataset.view === page.view) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  document.title = (page.view === 'calls' ? '' : t(page.view) + ' · ') + 'fakecme';
  views[page.view].show($('view-' + page.view), page.argument, page.info).catch(failed);
}

function drawFrame() {
  document.querySelectorAll('[data-t]').forEach((node) => { node.textContent = t(node.dataset.t); });
  $('tabs').setAttribute('aria-label', t('views'));
  $('language').textContent = t('language');
  $('language').lang = spoken() === 'zh' ? 'en' : 'zh-CN';
  $('tabs').replaceChildren(...Object.keys(views).map((key) =>
    el('a', { href: '#' + key, 'data-view': key }, t(key), key === 'faults' || key === 'findings' ? el('span', { class: 'count', id: 'count-' + key }) : null)));
  $('dialect').textContent = t('dialect.title', page.info.dialect.name || '*');
  live(page.live);
  drawClock();
}

function live(on) {
  page.live = on;
  $('live').className = 'live ' + (on ? 'on' : on === false ? 'off' : '');
  $('live').replaceChildren(el('span', {}, on === false ? t('offline') : t('live')));
}

// drawClock shows the tenant's time; between two questions it runs here.
function drawClock() {
  if (!page.clock) return;
  const now = new Date(page.clock.frozen ? page.clock.now : Date.parse(page.clock.now) + Date.now() - page.asked);
  const moved = Math.abs(now - Date.now()) > 5000;
  const kind = page.clock.frozen ? 'clock.frozen' : moved ? 'clock.ahead' : 'clock.real';
  const text = now.toLocaleTimeString(spoken() === 'zh' ? 'zh-CN' : 'en-GB');
  $('clock').textContent = kind === 'clock.real' ? text : `${now.toLocaleDateString(spoken() === 'zh' ? 'zh-CN' : 'en-GB')} ${text} · ${t(kind)}`;
  $('clock').className = 'chip ' + (kind === 'clock.real' ? 'quiet' : 'warn');
  if (page.view === 'setup') setup.tick(now, kind);
}

// refresh asks for what the header and the counters show.
async function refresh() {
  const [clock, injected, found] = await Promise.all([admin('GET', 'clock'), admin('GET', 'faults'), admin('GET', 'findings')]);
  page.clock = clock;
  page.asked = Date.now();
  const count = (id, n, warn) => {
    $(id).textContent = n || '';
    $(id).className = 'count' + (n && warn ? ' warn' : '');
  };
  count('count-faults', injected.faults.length);
  count('count-findings', found.findings.length + found.bugs.length, true);
  drawClock();
  if (['faults', 'findings', 'coverage'].includes(page.view)) await views[page.view].show($('view-' + page.view), page.argument, page.info, true);
}

// soon refreshes once for many calls that come together, and goes on while they come.
function soon() {
  page.counting = page.counting || setTimeout(() => {
    page.counting = 0;
    refresh().catch(() => {});
  }, 300);
}

function follow() {
  if (page.stop) page.stop();
  calls.restart();
  page.stop = listen({
    live,
    call: (c) => { calls.add(c); soon(); },
    oldest: (n) => { calls.oldest(n); soon(); },
    skipped: calls.skipped,
    restart: () => {
      calls.restart();
      forget();
      again().catch(failed);
    },
    lost: () => again(true).catch(() => {}), // not even the server may be there
    gone: () => location.reload(),
  });
}

async function drawTenants() {
  page.info = await admin('GET', 'info');
  const ids = page.info.tenants.map((one) => one.id);
  if (!ids.includes(chosen())) choose(page.info.defaultTenant);
  $('tenant').replaceChildren(...ids.map((id) => el('option', { value: id }, id)));
  $('tenant').value = chosen();
}

// again shows what a server has become that was started anew; its tenants may be others. With onlyTenant it looks
// at nothing else.
async function again(onlyTenant) {
  const shown = chosen();
  await drawTenants();
  if (chosen() !== shown) {
    await change(chosen());
  } else if (!onlyTenant) {
    drawFrame();
    route();
    await refresh();
  }
}

async function change(tenant) {
  choose(tenant);
  remember('tenant', tenant);
  await drawTenants();
  follow();
  route();
  await refresh();
}

async function start() {
  speak(remember('language') || (/^zh/i.test(navigator.language) ? 'zh' : 'en'));
  choose(remember('tenant'));
  await drawTenants();
  drawFrame();
  follow();
  route();
  addEventListener('hashchange', route);
  $('tenant').addEventListener('change', () => change($('tenant').value).catch(failed));
  $('language').addEventListener('click', () => {
    speak(spoken() === 'zh' ? 'en' : 'zh');
    remember('language', spoken());
    drawFrame();
    calls.redraw();
    route();
    refresh().catch(failed);
  });
  document.addEventListener('fakecme:changed', () => refresh().catch(failed));
  document.addEventListener('fakecme:tenant', (e) => change(e.detail).catch(failed));
  document.addEventListener('keydown', (e) => {
    if (e.key === '/' && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && page.view === 'calls') {
      e.preventDefault();
      calls.find();
    }
  });
  setInterval(drawClock, 1000);
  await refresh();
}

start().catch(failed);
