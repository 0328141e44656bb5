import {html, nothing, svg} from '../lib/lit-html/lit-html.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {get, keeping, part, search} from '../api.js';
import {go, hold, href} from '../app.js';
import {chooseService, serviceNames} from '../names.js';
import {asked, chosen, nothingIn, period} from '../period.js';
import {completeness, duration, failed, number, redacted, time, zone} from '../format.js';
import {further, lines, ofTrace} from './logs.js';
import {waterfall} from './waterfall.js';

const MAX_MISSING = 100;
const kept = keeping(30000); // a trace may get late spans, but seldom, and may be large
const keptLogs = keeping(30000);

export async function traces(params) {
  const [page, names] = await Promise.all([search(async () => get('/api/v1/traces', asked(params))), serviceNames()]);
  const send = (event) => {
    event.preventDefault();
    go('traces', chosen(event.target));
  };
  const view = () => html`
    <h1>Traces</h1>
    <form class="bar" role="search" @submit=${send}>
      ${chooseService(names, params.get('service'))}
      <label class="grow">Operation<input name="operation" value=${params.get('operation') ?? ''} placeholder="POST /checkout"></label>
      <label>Longer than<input name="minDuration" size="8" value=${params.get('minDuration') ?? ''} placeholder="300ms"></label>
      <label>Shorter than<input name="maxDuration" size="8" value=${params.get('maxDuration') ?? ''} placeholder="2s"></label>
      <label>Tag<input name="tag" value=${params.get('tag') ?? ''} placeholder="key=value"></label>
      ${period('traces', params)}
      <label class="check"><input type="checkbox" name="error" value="true" ?checked=${params.get('error') === 'true'}> with an error</label>
      <button class="primary">Search</button>
    </form>
    ${page.problem ? html`<div role="alert">${failed(page.problem)}</div>` : list(page, params)}`;
  return Object.assign(view, {problem: page.problem, passes: page.passes});
}

function list({traces: found, nextCursor}, params) {
  return html`
    <div class="panel scroll">
      <p class="muted">${number(found.length)} traces, newest first, times in ${zone} · ${hold()}</p>
      ${found.length > 1 ? scatter(found) : nothing}
      ${found.length ? html`<table>
        <thead><tr><th>Start</th><th>Root</th><th>Services</th><th class="num">Spans</th>
          <th class="num">Duration</th><th></th></tr></thead>
        <tbody>${repeat(found, (each) => each.traceId, (each) => html`<tr>
          <td class="mono">${time(each.start)}</td>
          <td class="wrap"><a href="#/traces/${each.traceId}">${each.rootOperation
            ? html`<b>${each.rootService}</b> ${redacted(each.rootOperation)}` : html`<i>root not seen</i>`}</a></td>
          <td class="wrap muted">${each.services.map((name, i) => html`${i ? ', ' : ''}<bdi>${name}</bdi>`)}</td>
          <td class="num">${each.spanCount}</td><td class="num">${duration(each.durationMs)}</td>
          <td>${completeness(each)} ${each.error
            ? html`<span class="badge bad" title="began in ${each.errorService}: ${each.errorOperation}">error</span>` : nothing}</td></tr>`)}
        </tbody></table>`
      : html`<p class="empty">${nothingIn(params)} A trace shows here as soon as it is complete.</p>`}
      ${nextCursor ? html`<p><a href=${href('traces', params, {cursor: nextCursor})}>Older</a></p>` : nothing}
    </div>`;
}

/** Each trace by its start and, in powers of ten, its duration. The table below has the same ones. */
function scatter(found) {
  const starts = found.map(({start}) => Date.parse(start));
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const logs = found.map(({durationMs}) => Math.log10(Math.max(durationMs, 0.001)));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.max(Math.floor(Math.min(...logs)) + 1, Math.ceil(Math.max(...logs)))];
  const x = (ms) => 1 + 98 * (last === first ? 0.5 : (ms - first) / (last - first));
  const y = (log) => 135 - 125 * (log - low) / (high - low);
  const powers = Array.from({length: high - low + 1}, (unused, i) => low + i);
  const ends = [time(first), time(last)];
  return html`<div class="scatter">
    <svg aria-hidden="true" width="60">${powers.map((power) => svg`
      <text x="56" y=${y(power) + 4} text-anchor="end">${duration(10 ** power)}</text>`)}</svg>
    <svg class="plot" role="img" aria-label="Durations of ${found.length} traces from ${ends[0]} to ${ends[1]}">
      ${powers.map((power) => svg`<line x1="0" x2="100%" y1=${y(power)} y2=${y(power)}></line>`)}
      ${found.map((each, i) => svg`<circle class=${each.error ? 'bad' : ''} cx="${x(starts[i])}%" cy=${y(logs[i])} r="4"
        @click=${() => { location.hash = `#/traces/${each.traceId}`; }}><title>${each.rootService} ${each.rootOperation}: ${
          duration(each.durationMs)}${each.error ? ', with an error' : ''}</title></circle>`)}
    </svg>
  </div>
  <p class="ends plotted muted mono"><span>${ends[0]}</span><span>start, and duration; red: with an error</span><span>${ends[1]}</span></p>`;
}

function alertsOf(found) {
  if (found.alerts === null) return html`<p class="muted">${found.alertsNote}</p>`;
  return found.alerts.length ? html`<p>An example of ${found.alerts.map((fingerprint, i) => html`${i ? ', ' : ''}<a
    href="#/alerts/${encodeURIComponent(fingerprint)}">alert ${fingerprint.slice(0, 8)}</a>`)}.</p>` : nothing;
}

export async function trace(id, params, redraw) {
  const [found, page] = await Promise.all([
    kept(id, () => get(`/api/v1/traces/${encodeURIComponent(id)}`)), part(keptLogs(id, () => ofTrace(id)))]);
  return () => html`
    <p><a href="#/traces">Traces</a></p>
    <h1>${found.rootOperation ? html`<bdi>${found.rootService}</bdi>: ${redacted(found.rootOperation)}` : 'Trace without its root'}</h1>
    <p class="mono muted">${found.traceId}</p>
    <p>${time(found.start)} <span class="muted">${zone}</span> · <b>${duration(found.durationMs)}</b> ·
      ${number(found.spanCount)} spans over ${found.services.length} services · ${completeness(found)}
      ${found.error ? html`<span class="badge bad">error</span>` : nothing}</p>
    ${found.orphanCount ? missing(found) : nothing}
    ${found.errorOrigin.name === undefined ? nothing : html`<p>The error began in
      <a href="#/traces/${id}?span=${found.errorOrigin.spanId}"><bdi>${found.errorOrigin.service}</bdi>: ${redacted(found.errorOrigin.name)}</a>.</p>`}
    ${alertsOf(found)}
    ${found.cyclicCount ? html`<p class="error">${found.cyclicCount} spans name each other, or themselves, as parents.</p>` : nothing}
    ${found.collisionCount ? html`<p class="error">${found.collisionCount} spans have the id of another span.</p>` : nothing}
    ${waterfall(found, page, params.get('span'), redraw)}
    <p class="muted">${found.spansOmitted ? `${number(found.spansOmitted)} further spans are left out: here are the root, where the error began, what is on
      the critical path, what these are below, and the earliest of the others. ` : nothing}
      Underlined bars are on the critical path.</p>
    <p class="muted">${found.versions.map((version) => html`Version ${version.version}: ${version.spanCount} spans, closed by
      ${version.closeReason}, ${version.closeDelayMs} ms after its last span came. `)}
      ${found.versionsOmitted ? html`${found.versionsOmitted} further versions are left out.` : nothing}</p>
    ${found.linkedTraces.length ? html`<p>Links to ${found.linkedTraces.map((other) => html`
      <a class="mono" href="#/traces/${other}">${other.slice(0, 8)}</a>`)}</p>` : nothing}
    <h2>Where the time went</h2>
    <div class="panel scroll"><table>
      <thead><tr><th>Service</th><th class="num">Spans</th><th class="num">Errors</th><th class="num">Own time</th>
        <th class="num">On the critical path</th></tr></thead>
      <tbody>${found.serviceTimes.map((each) => html`<tr><td class="wrap"><bdi>${each.service}</bdi></td><td class="num">${each.spanCount}</td>
        <td class="num">${each.errorCount}</td><td class="num">${duration(each.selfMs)}</td>
        <td class="num">${duration(each.criticalPathMs)}</td></tr>`)}</tbody>
    </table></div>
    <h2>Logs of this trace</h2>
    <div class="panel">${page.problem ? failed(page.problem) : page.logs.length ? lines(page.logs) : html`<p class="empty">None.</p>`}${
      further(page, id)}</div>`;
}

/** What never came, of which an answer names so many. */
function missing({orphanCount, missingParents: parents}) {
  const all = parents.length < MAX_MISSING;
  return html`<p class="error">Parts are missing: ${number(orphanCount)} span${orphanCount > 1 ? 's name' : ' names'}
    ${all ? parents.length : `${MAX_MISSING} or more`} parent${parents.length > 1 ? 's' : ''} that never came
    (<span class="mono">${parents.join(', ')}${all ? nothing : ' …'}</span>).</p>`;
}
