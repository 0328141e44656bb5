import {html, nothing, svg} from '../lib/lit-html/lit-html.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {get} from '../api.js';
import {go} from '../app.js';
import {completeness, duration, number, redacted, time, zone} from '../format.js';
import {lines} from './logs.js';

const COLOURS = 8;
const MAX_ROWS = 2000;
let open = new Set();
let openTrace = '';

export async function traces(params) {
  const [{traces: found, nextCursor}, {services}] = await Promise.all([get('/api/v1/traces', params), get('/api/v1/services')]);
  const search = (event) => {
    event.preventDefault();
    go('traces', new FormData(event.target));
  };
  return html`
    <h1>Traces</h1>
    <form class="bar" role="search" @submit=${search}>
      <label>Service<select name="service"><option value="" .selected=${!params.get('service')}>any</option>${services.map((name) => html`
        <option .selected=${name === params.get('service')}>${name}</option>`)}</select></label>
      <label class="grow">Operation<input name="operation" .value=${params.get('operation') ?? ''} placeholder="POST /checkout"></label>
      <label>Longer than<input name="minDuration" size="8" .value=${params.get('minDuration') ?? ''} placeholder="300ms"></label>
      <label>Tag<input name="tag" .value=${params.get('tag') ?? ''} placeholder="key=value"></label>
      <label class="check"><input type="checkbox" name="error" value="true" .checked=${params.get('error') === 'true'}> with an error</label>
      <button class="primary">Search</button>
    </form>
    <div class="panel scroll">
      <p class="muted">${number(found.length)} traces, newest first, times in ${zone}</p>
      ${found.length > 1 ? scatter(found) : nothing}
      ${found.length ? html`<table>
        <thead><tr><th>Start</th><th>Root</th><th>Services</th><th class="num">Spans</th>
          <th class="num">Duration</th><th></th></tr></thead>
        <tbody>${repeat(found, (each) => each.traceId, (each) => html`<tr>
          <td class="mono">${time(each.start)}</td>
          <td><a href="#/traces/${each.traceId}">${each.rootOperation
            ? html`<b>${each.rootService}</b> ${redacted(each.rootOperation)}` : html`<i>root not seen</i>`}</a></td>
          <td class="muted">${each.services.map((name, i) => html`${i ? ', ' : ''}<bdi>${name}</bdi>`)}</td>
          <td class="num">${each.spanCount}</td><td class="num">${duration(each.durationMs)}</td>
          <td>${completeness(each)} ${each.error
            ? html`<span class="badge bad" title="began in ${each.errorService}: ${each.errorOperation}">error</span>` : nothing}</td></tr>`)}
        </tbody></table>`
      : html`<p class="empty">No trace matches. A trace shows here as soon as it is complete.</p>`}
      ${nextCursor ? html`<p><a href="#/traces?${older(params, nextCursor)}">Older</a></p>` : nothing}
    </div>`;
}

function older(params, cursor) {
  const next = new URLSearchParams(params);
  next.set('cursor', cursor);
  return next;
}

/** Each trace by its start and, in powers of ten, its duration. The table below has the same ones. */
function scatter(found) {
  const starts = found.map(({start}) => Date.parse(start));
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const logs = found.map(({durationMs}) => Math.log10(Math.max(durationMs, 0.001)));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.max(Math.floor(Math.min(...logs)) + 1, Math.ceil(Math.max(...logs)))];
  const x = (ms) => 70 + 920 * (last === first ? 0.5 : (ms - first) / (last - first));
  const y = (log) => 135 - 125 * (log - low) / (high - low);
  const powers = Array.from({length: high - low + 1}, (unused, i) => low + i);
  return html`<svg class="scatter" viewBox="0 0 1000 150" role="img"
      aria-label="Durations of ${found.length} traces from ${time(new Date(first).toISOString())} to ${time(new Date(last).toISOString())}">
    ${powers.map((power) => svg`<line x1="64" x2="1000" y1=${y(power)} y2=${y(power)}></line>
      <text x="60" y=${y(power) + 4} text-anchor="end">${duration(10 ** power)}</text>`)}
    ${found.map((each, i) => svg`<circle class=${each.error ? 'bad' : ''} cx=${x(starts[i])} cy=${y(logs[i])} r="4"
      @click=${() => { location.hash = `#/traces/${each.traceId}`; }}><title>${each.rootService} ${each.rootOperation}: ${
        duration(each.durationMs)}${each.error ? ', with an error' : ''}</title></circle>`)}
  </svg>`;
}

export async function trace(id, params, redraw) {
  const [found, {logs}] = await Promise.all([
    get(`/api/v1/traces/${encodeURIComponent(id)}`), get('/api/v1/logs', {trace: id, limit: 200})]);
  if (openTrace !== id) {
    openTrace = id;
    open = new Set();
  }
  const colour = (service) => found.services.indexOf(service) % COLOURS;
  const rows = tree(found.spans);
  return html`
    <p><a href="#/traces">Traces</a></p>
    <h1>${found.rootOperation ? html`<bdi>${found.rootService}</bdi>: ${redacted(found.rootOperation)}` : 'Trace without its root'}</h1>
    <p class="mono muted">${found.traceId}</p>
    <p>${time(found.start)} <span class="muted">${zone}</span> · <b>${duration(found.durationMs)}</b> ·
      ${found.spanCount} spans over ${found.services.length} services · ${completeness(found)}
      ${found.error ? html`<span class="badge bad">error</span>` : nothing}</p>
    ${found.missingParents.length ? html`<p class="error">Parts are missing: spans name
      ${found.missingParents.length} parent${found.missingParents.length > 1 ? 's' : ''} that never came
      (<span class="mono">${found.missingParents.join(', ')}</span>).</p>` : nothing}
    ${found.errorOrigin.name === undefined ? nothing : html`<p>The error began in <bdi>${found.errorOrigin.service}</bdi>:
      ${redacted(found.errorOrigin.name)}.</p>`}
    ${found.cyclicCount ? html`<p class="error">${found.cyclicCount} spans name each other, or themselves, as parents.</p>` : nothing}
    ${found.collisionCount ? html`<p class="error">${found.collisionCount} spans have the id of another span.</p>` : nothing}
    <div class="panel scroll"><div class="waterfall">
      ${rows.slice(0, MAX_ROWS).map(({span, depth}) => row(span, depth, found, colour, redraw))}
      ${rows.length > MAX_ROWS ? html`<p class="muted">The first ${MAX_ROWS} of ${rows.length} spans are drawn.</p>` : nothing}
    </div></div>
    <p class="muted">${found.versions.map((version) => html`Version ${version.version}: ${version.spanCount} spans, closed by
      ${version.closeReason}, ${version.closeDelayMs} ms after its last span came. `)}
      ${found.versionsOmitted ? html`${found.versionsOmitted} further versions are left out.` : nothing}</p>
    ${found.linkedTraces.length ? html`<p>Links to ${found.linkedTraces.map((other) => html`
      <a class="mono" href="#/traces/${other}">${other.slice(0, 8)}</a>`)}</p>` : nothing}
    <h2>Where the time went</h2>
    <div class="panel scroll"><table>
      <thead><tr><th>Service</th><th class="num">Spans</th><th class="num">Errors</th><th class="num">Own time</th>
        <th class="num">On the critical path</th></tr></thead>
      <tbody>${found.serviceTimes.map((each) => html`<tr><td><bdi>${each.service}</bdi></td><td class="num">${each.spanCount}</td>
        <td class="num">${each.errorCount}</td><td class="num">${duration(each.selfMs)}</td>
        <td class="num">${duration(each.criticalPathMs)}</td></tr>`)}</tbody>
    </table></div>
    <h2>Logs of this trace</h2>
    <div class="panel">${logs.length ? lines(logs) : html`<p class="empty">None.</p>`}</div>`;
}

/** Children below their parent in order of their start. Spans whose parent is not there, or is in a circle, stand at the top. */
function tree(spans) {
  const children = new Map();
  const ids = new Set(spans.map((span) => span.spanId));
  const roots = [];
  for (const span of spans) {
    if (span.parentSpanId && ids.has(span.parentSpanId) && span.parentSpanId !== span.spanId) {
      if (!children.has(span.parentSpanId)) children.set(span.parentSpanId, []);
      children.get(span.parentSpanId).push(span);
    } else {
      roots.push(span);
    }
  }
  const rows = [];
  const seen = new Set();
  const walk = (start) => {
    const stack = [{span: start, depth: 0}];
    while (stack.length) {
      const next = stack.pop();
      if (seen.has(next.span)) continue;
      seen.add(next.span);
      rows.push(next);
      for (const child of [...(children.get(next.span.spanId) ?? [])].reverse()) {
        stack.push({span: child, depth: next.depth + 1});
      }
    }
  };
  roots.forEach(walk);
  spans.forEach((span) => seen.has(span) || walk(span));
  return rows;
}

function row(span, depth, found, colour, redraw) {
  const expanded = open.has(span.spanId);
  const toggle = () => {
    expanded ? open.delete(span.spanId) : open.add(span.spanId);
    redraw();
  };
  const total = Math.max(found.durationMs, 0.001);
  const x = Math.min(99.5, Math.max(0, span.offsetMs / total * 100));
  const width = Math.max(0.4, Math.min(100 - x, span.durationMs / total * 100));
  const indent = '\u2003'.repeat(Math.min(depth, 12));
  return html`
    <button class="span" aria-expanded=${expanded ? 'true' : 'false'} @click=${toggle}>
      <span class="label">${indent}<b>${span.service}</b> ${redacted(span.name)}
        ${span.status === 'error' ? html`<span class="badge bad">error</span>` : nothing}</span>
      <svg class="track" role="img" aria-label="starts after ${duration(span.offsetMs)}, takes ${duration(span.durationMs)}">
        ${svg`<rect class="s${colour(span.service)}" x="${x}%" y="3" width="${width}%" height="12" rx="2"></rect>
        ${barLabel(x, width, duration(span.durationMs))}`}
      </svg>
    </button>
    ${expanded ? detail(span) : nothing}`;
}

/** Behind the bar where there is room, before it, or else inside. */
function barLabel(x, width, text) {
  if (x + width < 88) return svg`<text x="${x + width + 0.5}%" y="13">${text}</text>`;
  if (x > 12) return svg`<text x="${x - 0.5}%" y="13" text-anchor="end">${text}</text>`;
  return svg`<text class="inside" x="${x + width - 0.5}%" y="13" text-anchor="end">${text}</text>`;
}

function detail(span) {
  return html`<div class="detail">
    <p class="muted">${span.kind} span <span class="mono">${span.spanId}</span>, starts after ${duration(span.offsetMs)}${
      span.clockShiftMs ? html`, its clock put ${
        span.clockShiftMs < 0 ? 'back' : 'forward'} by ${duration(Math.abs(span.clockShiftMs))}` : nothing}${
      span.criticalPathMs ? html`, ${duration(span.criticalPathMs)} of it on the critical path` : nothing}
      ${span.statusMessage ? html`· <span class="badge bad">${redacted(span.statusMessage)}</span>` : nothing}</p>
    <dl>${Object.entries(span.attributes).map(([key, value]) => html`<dt>${key}</dt><dd>${redacted(value)}</dd>`)}</dl>
    ${span.events.map((event) => html`<p><b>${event.name}</b> <span class="muted">after ${duration(event.offsetMs)}</span></p>
      <dl>${Object.entries(event.attributes).map(([key, value]) => html`<dt>${key}</dt><dd>${redacted(value)}</dd>`)}</dl>`)}
  </div>`;
}
