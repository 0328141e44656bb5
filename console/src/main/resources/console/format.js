// Numbers, times and text for people. Times are the browser's zone, which is said once in the header of each list.
import {html} from './lib/lit-html/lit-html.js';

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Of RFC 3339, or of milliseconds. */
export function time(when) {
  const date = new Date(when);
  const two = (n) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `
    + `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
    + `.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export function duration(ms) {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms >= 86400000) return `${(ms / 86400000).toFixed(1)} d`;
  if (ms >= 3600000) return `${(ms / 3600000).toFixed(1)} h`;
  if (ms >= 60000) return `${(ms / 60000).toFixed(1)} min`;
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`;
  if (ms >= 1) return `${ms.toFixed(ms >= 100 ? 0 : 1)} ms`;
  return ms ? `${Math.round(ms * 1000)} µs` : '0 ms';
}

/** A length as settings have it, in as many units as it takes: 1008m is 16h 48m. */
export const words = (text) => text.replace(/^([0-9]+)m$/, (all, minutes) =>
  minutes < 60 ? all : `${Math.floor(minutes / 60)}h${minutes % 60 ? ` ${minutes % 60}m` : ''}`);

export const number = (n) => Number(n).toLocaleString('en');
export const percent = (share, digits = 2) => `${(share * 100).toFixed(digits)} %`;

/** With all of its digits: those behind the point are what objectives differ in. */
export const objective = (share) => `${Number((share * 100).toFixed(6))} %`;

/** The share of a budget that is left, negative for one that is overspent. What is not nothing is not said to be nothing. */
export function budgetLeft(share) {
  if (share && Math.abs(share) < 0.0005) return share > 0 ? '< 0.1 %' : '> -0.1 %';
  return percent(share, 1);
}

export const bytes = (n) => n >= 2 ** 20 ? `${(n / 2 ** 20).toFixed(1)} MiB` : n >= 1024 ? `${(n / 1024).toFixed(1)} KiB` : `${Math.round(n)} B`;

/** What is less than one has two digits: one request in half a minute is 0.033 a second, not none. */
export const rate = (n) => n >= 100 ? n.toFixed(0) : n >= 1 || n <= 0 ? n.toFixed(1) : n.toPrecision(2);

const TOKEN = '\\[tok:[A-Za-z0-9_-]{1,16}:[A-Za-z0-9_-]{22}\\]'; // as the sanitizer writes them
let written = new RegExp(`(${TOKEN})`);

/** From now on these are shown as what Sluice writes in the place of secrets, as they stand and as they are in a URL. */
export function usePlaceholders(placeholders) {
  const all = placeholders.flatMap((text) => [text, text.replaceAll(' ', '%20')]).sort((a, b) => b.length - a.length);
  written = new RegExp(`(${[TOKEN, ...all.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))].join('|')})`);
}

/** Text with its redaction placeholders shown as chips. Always text, never markup. */
export function redacted(text) {
  return html`<bdi>${text.split(written).map((part, i) =>
    i % 2 ? html`<span class="chip" title="written by a redaction rule in the place of a secret">${part}</span>` : part)}</bdi>`;
}

/** Attributes, each with its value. */
export const pairs = (attributes) => html`<dl>${Object.entries(attributes).map(([key, value]) => html`<dt>${key}</dt><dd>${redacted(value)}</dd>`)}</dl>`;

export function state(name) {
  const look = {FIRING: 'bad', PENDING: 'warn', RESOLVED: 'good'}[name] ?? '';
  return html`<span class="badge ${look}">${name}</span>`;
}

export function completeness(trace) {
  const look = trace.completeness === 'COMPLETE' ? 'good' : 'warn';
  return html`<span class="badge ${look}" title="closed because: ${trace.closeReason}">${trace.completeness}</span>`;
}

/** The failed share of requests or calls. */
export const failures = (bad, all) => bad ? html`<span class="badge bad">${percent(bad / all, 1)}</span>` : '0 %';

/** Where a part of a view has no answer: why. */
export const failed = (problem) => html`<p class="error">${problem}</p>`;
