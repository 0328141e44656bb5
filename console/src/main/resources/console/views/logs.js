import {html, nothing, svg} from '../lib/lit-html/lit-html.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {get, part, search} from '../api.js';
import {go, hold, href} from '../app.js';
import {chooseService, serviceNames} from '../names.js';
import {asked, chosen, nothingIn, period} from '../period.js';
import {duration, failed, number, pairs, redacted, time, zone} from '../format.js';
import {drawn, following, stopFollowing} from '../tail.js';

const LEVELS = ['', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const STREAMED = ['q', 'service', 'severity', 'trace'];
const FILTERS = [...STREAMED, 'since', 'from', 'to'];

const MAX_SERVICES = {shown: 12, counted: 50}; // what is counted is the API's

export async function logs(params) {
  if (params.get('around')) return around(params.get('around'));
  const live = params.get('live') === 'true';
  const filters = only(params, FILTERS);
  const wanted = new URLSearchParams(params);
  wanted.delete('live');
  if (!live) stopFollowing();
  const [page, names, summary] = await Promise.all([
    search(async () => live ? following(only(params, STREAMED)) : get('/api/v1/logs', asked(wanted))),
    serviceNames(), live ? null : search(async () => part(get('/api/v1/logs/summary', asked(filters))))]);
  const send = (event) => {
    event.preventDefault();
    go('logs', chosen(event.target));
  };
  const severity = params.get('severity') ?? '';
  const view = () => html`
    <h1>Logs</h1>
    <form class="bar" role="search" @submit=${send}>
      <label class="grow">Search
        <input name="q" value=${params.get('q') ?? ''} placeholder='words, "phrases", field:value, -not, prefix*'></label>
      ${chooseService(names, params.get('service'))}
      <label>Least severity<select name="severity">${(LEVELS.includes(severity) ? LEVELS : [...LEVELS, severity]).map((level) => html`
        <option value=${level} ?selected=${level === severity}>${level || 'any'}</option>`)}</select></label>
      ${params.get('trace') ? html`<label>Trace<input name="trace" class="mono" value=${params.get('trace')}></label>` : nothing}
      ${live ? nothing : period('logs', filters)}
      ${live ? html`<input type="hidden" name="live" value="true">` : nothing}
      <button class="primary">Search</button>
    </form>
    ${page.problem ? html`<div role="alert">${failed(page.problem)}</div>` : live ? tailed(page, filters) : found(page, params, filters, summary)}`;
  return Object.assign(view, {problem: page.problem, passes: page.passes});
}

function found(page, params, filters, summary) {
  return html`
    <div class="panel">
      <p class="muted">${number(page.total)}${page.total > 1000 ? ' or more' : ''} found, newest first, times in ${zone} ·
        <a href=${href('logs', filters, {live: 'true'})}>Follow as they come</a> · ${hold()}</p>
      ${summary.problem ? failed(summary.problem) : summary.total ? counts(summary, filters) : nothing}
      ${page.logs.length ? lines(page.logs) : html`<p class="empty">${nothingIn(params)}</p>`}
      ${page.nextCursor ? html`<p><a href=${href('logs', params, {cursor: page.nextCursor})}>Older</a></p>` : nothing}
    </div>`;
}

function tailed(tail, filters) {
  drawn(tail);
  return html`<div class="panel">
    <p class="muted">${tail.following ? 'Following' : 'Waiting for Kafka'}, newest first, times in ${zone} ·
      ${number(tail.shown)} came${tail.dropped ? html` · <b>${number(tail.dropped)} left out</b>: more than the page takes in a second` : nothing}${
      tail.passedOver ? html` · <b>${number(tail.passedOver)} batches passed over</b>: more come than the console reads` : nothing}${
        tail.endedAt ? html` · <b>interrupted at ${time(tail.endedAt)}</b>: what came until it went on is in the search` : nothing} ·
      <a href=${href('logs', filters)}>Stop</a> · ${hold()}</p>
    ${tail.logs.length ? lines(tail.logs) : html`<p class="empty">Nothing has come since. New lines show here at once.</p>`}
  </div>`;
}

/** A line among its neighbours. */
async function around(id) {
  stopFollowing();
  const {before, log, after} = await get(`/api/v1/logs/${encodeURIComponent(id)}/context`, {lines: 25});
  return html`
    <p><a href="#/logs">Logs</a></p>
    <h1>Around a line</h1>
    <p class="muted">Lines of <bdi>${log.service}</bdi>, oldest first, times in ${zone}</p>
    <div class="panel">${lines([...before, log, ...after], log.id)}</div>`;
}

/** How many over time, and what they are: each part leads to what it counts. */
function counts(summary, filters) {
  const most = Math.max(1, ...summary.buckets.map(({severities}) => sum(severities)));
  const width = 1000 / summary.buckets.length;
  const zoom = ({start}) => href('logs', filters, {since: '', from: start, to: new Date(Date.parse(start) + summary.stepMs).toISOString()});
  const last = summary.buckets[summary.buckets.length - 1];
  const services = Object.entries(summary.services);
  const unnamed = services.length - MAX_SERVICES.shown;
  return html`<section aria-label="Counts">
    <svg class="histogram" viewBox="0 0 1000 100" preserveAspectRatio="none" role="group"
        aria-label="${number(summary.total)} lines from ${time(summary.buckets[0].start)} to ${time(last.start)}">
      ${summary.buckets.map((bucket, i) => bars(bucket, i * width, width, most, zoom(bucket)))}
    </svg>
    <p class="ends muted mono"><span>${time(summary.buckets[0].start)}</span>
      <span>at most ${number(most)} in ${duration(summary.stepMs)}</span><span>${time(last.start)}</span></p>
    <p>${Object.entries(summary.severities).map(([level, n], i, all) => level === 'unset' ? html`<span class="badge">no severity ${number(n)}</span> `
      : html`<a class="badge ${look(level)}" href=${href('logs', filters, {severity: level})} title="${number(n)} ${level}">${
        level}${i < all.length - 1 ? ' and above' : ''} ${number(sum(Object.fromEntries(all.slice(i))))}</a> `)}
      ${services.slice(0, MAX_SERVICES.shown).map(([service, n]) => html`
        <a class="badge" href=${href('logs', filters, {service})}><bdi>${service}</bdi> ${number(n)}</a> `)}
      ${unnamed > 0 ? html`<span class="muted">and ${unnamed}${services.length < MAX_SERVICES.counted ? '' : ' or more'} further services</span>` : nothing}</p>
  </section>`;
}

/** Where nothing came, nothing stands. */
function bars({start, severities}, x, width, most, zoom) {
  if (!sum(severities)) return nothing;
  let top = 100;
  const label = `${time(start)}: ${Object.entries(severities).map(([level, n]) => `${number(n)} ${level}`).join(', ')}`;
  return svg`<a href=${zoom} aria-label=${label}><title>${label}</title><rect class="all" x=${x} y="0" width=${width} height="100"></rect>
    ${Object.entries(severities).reverse().map(([level, n]) => {
      const height = 100 * n / most;
      top -= height;
      return svg`<rect class="bar ${look(level)}" x=${x + width * 0.08} y=${top} width=${width * 0.84} height=${height}></rect>`;
    })}</a>`;
}

const sum = (severities) => Object.values(severities).reduce((all, n) => all + n, 0);
const look = (level) => level === 'error' || level === 'fatal' ? 'bad' : level === 'warn' ? 'warn' : '';
const only = (params, names) => new URLSearchParams([...params].filter(([name, value]) => names.includes(name) && value));

/** Each keeps its place in the page, open or not, when others come before it. */
export const lines = (logs, marked) => repeat(logs, (log) => log.id, (log) => line(log, log.id === marked));

function line(log, marked) {
  const tone = log.severityNumber >= 17 ? 'bad' : log.severityNumber >= 13 ? 'warn' : '';
  return html`<details class="log ${marked ? 'marked' : ''}" ?open=${marked}>
    <summary>
      <span class="mono muted">${time(log.time)}</span>
      <span><span class="badge ${tone}">${log.severity || LEVELS[Math.ceil(log.severityNumber / 4)] || '–'}</span></span>
      <span>${log.service}</span>
      <span class="body">${redacted(log.body)}</span>
    </summary>
    <div class="detail">
      <p>${log.traceId ? html`<a href="#/traces/${log.traceId}${log.spanId ? `?span=${log.spanId}` : ''}">Open its trace</a> · ` : nothing}
        <a href="#/logs?around=${encodeURIComponent(log.id)}">Lines around it</a></p>
      ${pairs(log.attributes)}
      <p><b>Resource</b></p>
      ${pairs(log.resource)}
    </div>
  </details>`;
}

/** The newest lines of a trace, or of one of its spans. */
export const ofTrace = (id, span) => get('/api/v1/logs', {trace: id, limit: 200, ...span ? {q: `span:${span}`} : {}});

/** What of such lines is not here, and where it is. */
export const further = ({logs, total, nextCursor}, id, span) => nextCursor ? html`<p class="muted">The newest
  ${number(logs.length)} of ${number(total)}${total > 1000 ? ' or more' : ''} ·
  <a href=${href('logs', [['trace', id]], span ? {q: `span:${span}`} : {})}>All of them</a></p>` : nothing;
