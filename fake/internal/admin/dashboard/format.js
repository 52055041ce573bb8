// How a call is told of: its title, what became of it, and how long it took.
import { chip, t } from './dom.js';

// title is what a call is called in the list.
export function title(c) {
  return c.operation || (c.kind ? t('for.' + c.kind) : t('unknown'));
}

// failing says that a call was rejected, or got no response. One that is under way may get one.
export const failing = (c) => Boolean(c.error) || (c.status === 0 && !c.pending) || c.status >= 400;

// verdict sorts calls into those that went well, were rejected, were spoiled on purpose, or found fault with.
export function verdict(c) {
  if (c.fault) return 'odd';
  if (failing(c)) return 'bad';
  return c.findings ? 'warn' : 'good';
}

export function span(nanoseconds) {
  if (nanoseconds < 1e6) return Math.round(nanoseconds / 1e3) + ' µs';
  if (nanoseconds < 1e9) return (nanoseconds / 1e6).toFixed(nanoseconds < 1e7 ? 1 : 0) + ' ms';
  return (nanoseconds / 1e9).toFixed(1) + ' s';
}

export function marks(c) {
  const outcome = c.status === 0 ? t('no.answer') : c.error || String(c.status);
  return [
    c.fault ? chip('odd', c.fault, t('fault')) : null,
    c.findings ? chip('warn', t('finding') + (c.findings.length > 1 ? ' ' + c.findings.length : '')) : null,
    c.pending ? chip('quiet', t('pending')) : chip(failing(c) ? 'bad' : 'good', outcome, 'HTTP ' + c.status),
  ];
}
