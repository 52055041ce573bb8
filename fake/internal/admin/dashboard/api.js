// The admin API, and the services as a client calls them.

let tenant = '';

export function choose(id) { tenant = id; }
export const chosen = () => tenant;

// Calls that are for no tenant.
const common = ['tenants', 'info', 'operations'];

export function address(path) {
  return '/_fakecme/' + path + (tenant && !common.includes(path) ? '?tenant=' + encodeURIComponent(tenant) : '');
}

export async function admin(method, path, body) {
  const answer = await fetch(address(path), {
    method, cache: 'no-store',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) {
    let why = text;
    try { why = JSON.parse(text).error; } catch { /* no JSON */ }
    throw Object.assign(new Error(why || 'HTTP ' + answer.status), { status: answer.status });
  }
  return JSON.parse(text);
}

// curl is the command that makes a call again, signed anew.
export async function curl(number) {
  const answer = await fetch(address(`journal/${number}/curl`), { cache: 'no-store' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text.trim();
}

let listed = null;

// operations are those of the contract, each with an example; they change with the server only.
export async function operations() {
  listed = listed || (await admin('GET', 'operations')).operations;
  return listed;
}

export function forget() { listed = null; }

// listen hears of calls until it is stopped. The browser comes back by itself when the line breaks.
export function listen(on) {
  let source, again = 0, stopped = false, instance = '';
  const open = () => {
    source = new EventSource(address('events'));
    source.onopen = () => on.live(true);
    source.onerror = () => {
      on.live(false);
      if (source.readyState !== EventSource.CLOSED || stopped) return;
      again = setTimeout(open, 2000);
      on.lost(); // there is a response, and it is an error
    };
    // The ids of these two say which server it is: one that was started anew counts from 1 again.
    const hear = (name, tell) => source.addEventListener(name, (e) => {
      const from = e.lastEventId.split('.')[0];
      if (instance && from !== instance) on.restart();
      instance = from;
      tell(JSON.parse(e.data));
    });
    hear('call', on.call);
    hear('oldest', (data) => on.oldest(data.oldest));
    source.addEventListener('skipped', (e) => on.skipped(JSON.parse(e.data).skipped));
    source.addEventListener('gone', () => on.gone());
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(again);
    source.close();
  };
}

// call makes one call of a service and returns what came back.
export async function call(method, path, headers, body) {
  const answer = await fetch(path, { method, headers, body, cache: 'no-store' });
  return { method, path, status: answer.status, why: answer.headers.get('X-Fakecme-Why') || '', text: await answer.text() };
}

// signIn logs the user in as a client does, with what the fake has signed.
async function signIn(security, user) {
  const signed = await admin('POST', 'sign', { user });
  if (security === 'cmeTicket' || security === 'cmeSignature') {
    const step = await call('GET', signed.cme.path);
    const body = JSON.parse(step.text);
    return { step, ticket: (body.Response || body.Data || {}).Authorization };
  }
  const step = await call('POST', signed.h5ds.path, { ...signed.h5ds.headers, 'Content-Type': 'application/json' }, JSON.stringify({ userId: user }));
  return { step, token: (JSON.parse(step.text).data || {}).token };
}

// run makes the calls that the operation needs; request is an object. Each finished one is told to step.
export async function run(operation, user, request, step) {
  if (operation.security === 'cmeSignature') {
    step((await signIn('cmeSignature', user)).step, operation.id);
    return;
  }
  const headers = {}, rest = { ...request };
  let path = operation.path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(value === undefined ? '' : value);
  });
  if (operation.security === 'cmeTicket' || operation.security === 'h5dsToken') {
    const login = await signIn(operation.security, user);
    step(login.step, operation.security === 'cmeTicket' ? 'OpenCME.Login' : 'Third.Login');
    if (login.ticket) path += '?auth=' + encodeURIComponent(login.ticket);
    else if (login.token) headers.Authorization = login.token;
    else return; // rejected: there is nothing to call with
  } else if (operation.security === 'h5dsSign') {
    Object.assign(headers, (await admin('POST', 'sign', { user })).h5ds.headers);
  }
  if (operation.method === 'GET') {
    const query = new URLSearchParams(Object.entries(rest).map(([k, v]) => [k, typeof v === 'object' ? JSON.stringify(v) : String(v)]));
    if (query.size) path += (path.includes('?') ? '&' : '?') + query;
    step(await call('GET', path, headers), operation.id);
    return;
  }
  headers['Content-Type'] = 'application/json';
  step(await call(operation.method, path, headers, JSON.stringify(rest)), operation.id);
}
