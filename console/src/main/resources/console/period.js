// The time that logs and traces are looked for in: so long before now, or between two times, as the address has it.
import {html, nothing} from './lib/lit-html/lit-html.js';
import {Refused} from './api.js';
import {go} from './app.js';
import {zone} from './format.js';

const LENGTHS = [['15m', 'last 15 minutes'], ['1h', 'last hour'], ['6h', 'last 6 hours'], ['24h', 'last day'], ['7d', 'last 7 days']];
const MINUTES = {m: 1, h: 60, d: 1440};
const BETWEEN = 'between';
const HOUR_MS = 3600000;

/** The fields of a form that choose it. */
export function period(section, params) {
  const [from, to] = [params.get('from'), params.get('to')];
  const since = from || to ? BETWEEN : params.get('since') ?? '';
  const known = LENGTHS.some(([length]) => length === since);
  const choose = ({target}) => target.value === BETWEEN && go(section, chosen(target.form),
    {from: new Date(Date.now() - HOUR_MS).toISOString(), to: new Date().toISOString()});
  const option = (value, label) => html`<option value=${value} ?selected=${value === since}>${label}</option>`;
  const edge = (name, label, value) => html`<label>${label}
    <input type="datetime-local" name=${name} step="0.001" max="9999-12-31T23:59:59.999" title=${zone} value=${local(value)}></label>`;
  return html`<label>Time<select name="since" @change=${choose}>${option('', 'any')}${LENGTHS.map(([value, label]) => option(value, label))}
    ${known || !since || since === BETWEEN ? nothing : option(since, since)}${option(BETWEEN, 'between …')}</select></label>
    ${since === BETWEEN ? [edge('from', 'From', from), edge('to', 'To', to)] : nothing}`;
}

/** What was chosen in such a form, for the address. */
export function chosen(form) {
  const all = new URLSearchParams(new FormData(form));
  const between = all.get('since') === BETWEEN;
  if (between) all.delete('since');
  for (const name of ['from', 'to']) {
    if (between && all.get(name)) all.set(name, new Date(all.get(name)).toISOString());
    else all.delete(name);
  }
  return all;
}

/** Why a list is empty, and what to do. */
export function nothingIn(params) {
  if (![...params.values()].some(Boolean)) return 'Nothing has come in yet. Send OTLP to port 4317 (gRPC) or 4318 (HTTP).';
  const length = LENGTHS.find(([value]) => value === params.get('since'));
  if (length) return `Nothing in the ${length[1]} matches. Choose a longer time, or remove a word or a filter.`;
  return ['since', 'from', 'to'].some((name) => params.get(name)) ? 'Nothing in this time matches. Choose another one, or remove a word or a filter.'
    : 'Nothing matches. Remove a word or a filter.';
}

/** The same for the server, which knows no time but its own. */
export function asked(params) {
  const all = new URLSearchParams(params);
  const since = all.get('since');
  all.delete('since');
  if (since && !all.get('from') && !all.get('to')) {
    const [, n, unit] = /^(\d{1,5})([mhd])$/.exec(since) ?? [];
    if (!n) throw new Refused('since: expected a length such as 15m, 6h or 7d');
    all.set('from', new Date(Date.now() - n * MINUTES[unit] * 60000).toISOString());
  }
  return all;
}

/** A time as such a field has it, in the browser's zone; nothing for one that cannot be read. */
function local(text) {
  const at = new Date(text ?? NaN);
  return Number.isNaN(at.getTime()) ? '' : new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 23);
}
