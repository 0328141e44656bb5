import {html, nothing} from '../lib/lit-html/lit-html.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {get} from '../api.js';
import {go} from '../app.js';
import {number, redacted, time, zone} from '../format.js';

const LEVELS = ['', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export async function logs(params) {
  const [page, {services}] = await Promise.all([get('/api/v1/logs', params), get('/api/v1/services')]);
  const search = (event) => {
    event.preventDefault();
    go('logs', new FormData(event.target));
  };
  const older = new URLSearchParams(params);
  if (page.nextCursor) older.set('cursor', page.nextCursor);
  return html`
    <h1>Logs</h1>
    <form class="bar" role="search" @submit=${search}>
      <label class="grow">Search
        <input name="q" .value=${params.get('q') ?? ''} placeholder='words, "phrases", field:value, -not, prefix*'></label>
      <label>Service<select name="service"><option value="" .selected=${!params.get('service')}>any</option>${services.map((name) => html`
        <option .selected=${name === params.get('service')}>${name}</option>`)}</select></label>
      <label>Least severity<select name="severity">${LEVELS.map((level) => html`
        <option value=${level} .selected=${level === (params.get('severity') ?? '')}>${level || 'any'}</option>`)}</select></label>
      ${params.get('trace') ? html`<label>Trace<input name="trace" class="mono" .value=${params.get('trace')}></label>` : nothing}
      <button class="primary">Search</button>
    </form>
    <div class="panel">
      <p class="muted">${number(page.total)}${page.total > 1000 ? ' or more' : ''} found, newest first, times in ${zone}</p>
      ${page.logs.length ? lines(page.logs) : html`<p class="empty">Nothing matches. Remove a word or a filter.</p>`}
      ${page.nextCursor ? html`<p><a href="#/logs?${older}">Older</a></p>` : nothing}
    </div>`;
}

/** Each keeps its place in the page, open or not, when others come before it. */
export const lines = (logs) => repeat(logs, (log) => log.id, line);

function line(log) {
  const look = log.severityNumber >= 17 ? 'bad' : log.severityNumber >= 13 ? 'warn' : '';
  return html`<details class="log">
    <summary>
      <span class="mono muted">${time(log.time)}</span>
      <span><span class="badge ${look}">${log.severity || '–'}</span></span>
      <span>${log.service}</span>
      <span class="body">${redacted(log.body)}</span>
    </summary>
    <div class="detail">
      ${log.traceId ? html`<p><a href="#/traces/${log.traceId}">Open its trace</a></p>` : nothing}
      <dl>${Object.entries({...log.attributes, ...log.resource}).map(([key, value]) => html`
        <dt>${key}</dt><dd>${redacted(value)}</dd>`)}</dl>
    </div>
  </details>`;
}
