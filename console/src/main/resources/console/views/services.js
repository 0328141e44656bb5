import {html, nothing, svg} from '../lib/lit-html/lit-html.js';
import {get, keeping, part} from '../api.js';
import {chart, steps} from '../chart.js';
import {bytes, duration, failed, failures, number, percent, rate, time, zone} from '../format.js';
import {known as among, serviceNames} from '../names.js';
import {statements} from './databases.js';
import {howItWent, linked} from './map.js';
import {sloCards} from './slos.js';

const LATE_MS = 15000; // what came in the last seconds is still on its way
const LEAST_MS = 600000; // of a service that has just begun
const graph = keeping(10000); // all calls of an hour are counted for it
const QUIET = 'It was not asked for anything in the last hour. Its requests come here with spans of kind server or consumer.';

const MAX_ROWS = 150;

/** Of all services, the busiest first: how often they are asked, and how it went. Of some the answer has only the names. */
export function table(names, {services: busiest = [], total, problem}) {
  const byName = new Map(busiest.map((each) => [each.service, each]));
  const least = busiest[busiest.length - 1];
  const asked = new Set(busiest.filter(({requests}) => requests).map((each) => each.service));
  const all = [...asked, ...names.filter((name) => !asked.has(name))];
  const others = problem ? 'not known' : total > busiest.length && least.requests ? `not among the busiest ${busiest.length}` : 'none';
  return html`${problem ? failed(problem) : nothing}<table id="services">
    <thead><tr><th>Service</th><th>Requests <span class="muted">(last hour)</span></th><th class="num">Per second</th><th class="num">Errors</th>
      <th class="num">p50</th><th class="num">p95</th></tr></thead>
    <tbody>${all.slice(0, MAX_ROWS).map((name) => html`<tr><td class="wrap"><a href="#/services/${encodeURIComponent(name)}">${name}</a></td>
      ${byName.get(name)?.requests ? figures(byName.get(name))
        : html`<td class="muted">${byName.has(name) ? 'none' : others}</td><td></td><td></td><td></td><td></td>`}</tr>`)}</tbody></table>
    ${all.length > MAX_ROWS ? html`<details><summary>${number(all.length - MAX_ROWS)} more</summary>
      <ul class="names">${all.slice(MAX_ROWS).map((name) => html`<li><a href="#/services/${encodeURIComponent(name)}">${name}</a></li>`)}</ul></details>` : nothing}`;
}

function figures(found) {
  return html`<td>${spark(found)}</td><td class="num">${rate(lately(found))}</td>
    <td class="num">${failures(found.errors, found.requests)}</td><td class="num">${duration(found.p50Ms)}</td><td class="num">${duration(found.p95Ms)}</td>`;
}

/** Steps that are over: the last one has a part of its requests only. */
const over = ({steps: all, to, stepMs}) => all.filter(({start}) => Date.parse(start) + stepMs <= Date.parse(to) - LATE_MS);

/** Requests per second in the newest step that is over; of a service that has just begun, in the one that is not. */
function lately(found) {
  const whole = over(found);
  const last = whole[whole.length - 1] ?? found.steps[found.steps.length - 1];
  const isNewest = Date.parse(last.start) + 2 * found.stepMs > Date.parse(found.to) - LATE_MS;
  return isNewest ? last.perSecond : 0;
}

/** A bar for each step, the failed part of it below in red; where nothing came, nothing stands. */
function spark(found) {
  const [from, to] = [Date.parse(found.from), Date.parse(found.to)];
  const most = Math.max(...found.steps.map(({requests}) => requests));
  const width = 100 * found.stepMs / (to - from);
  return html`<svg class="spark" role="img" viewBox="0 0 100 24" preserveAspectRatio="none"
      aria-label="${number(found.requests)} requests, ${number(found.errors)} failed">
    ${over(found).map(({start, requests, errors: bad}) => {
      const x = 100 * (Date.parse(start) - from) / (to - from);
      return svg`<rect x=${x} y=${24 - 24 * requests / most} width=${width} height=${24 * requests / most}></rect>
        ${bad ? svg`<rect class="bad" x=${x} y=${24 - 24 * bad / most} width=${width} height=${24 * bad / most}></rect>` : nothing}`;
    })}</svg>`;
}

export async function service(name) {
  const [metrics, {calls = [], problem: noCalls}, names, slow, {problem: noSlos, ...objectives}] = await Promise.all([
    part(get('/api/v1/service-details', {service: name})), part(graph(name, () => get('/api/v1/service-graph', {service: name}))),
    serviceNames(), part(get('/api/v1/statements', {service: name, limit: 10})), part(get('/api/v1/slos', {service: name}))]);
  const known = among(names);
  const query = `service=${encodeURIComponent(name)}`;
  return html`
    <h1>${name}</h1>
    <p class="links">
      <a href="#/traces?${query}">Traces</a> · <a href="#/traces?${query}&error=true">Traces with an error</a> ·
      <a href="#/logs?${query}">Logs</a> · <a href="#/logs?${query}&severity=error">Errors in the logs</a> ·
      <a href="#/map?${query}">Map</a> · <a href="#/cardinality?${query}">Cardinality</a> · <a href="#/redactions?${query}">Redactions</a></p>
    ${objectives.total ? html`<h2>Objectives</h2>${sloCards(objectives)}` : noSlos ? failed(noSlos) : nothing}
    <h2>Requests <span class="muted">(last hour, ${zone})</span></h2>
    <div class="panel">${metrics.problem ? failed(metrics.problem) : metrics.requests ? red(metrics) : html`<p class="empty">${QUIET}</p>`}</div>
    ${metrics.problem ? nothing : html`
      <h2>Routes <span class="muted">(since ${time(metrics.routesSince)})</span></h2>
      <div class="panel scroll">${metrics.routes.length ? routes(metrics.routes)
        : html`<p class="empty">None. They come with spans that have http.request.method, or rpc.system.</p>`}</div>
      <h2>Caches <span class="muted">(since ${time(metrics.routesSince)})</span></h2>
      <div class="panel scroll">${metrics.caches.length ? caches(metrics.caches)
        : html`<p class="empty">None. They come with spans that have cache.name and cache.hit, and with reads of Redis or Memcached.</p>`}</div>`}
    <h2>Database statements <span class="muted">(last 20 minutes)</span></h2>
    <div class="panel scroll">${slow.problem ? failed(slow.problem) : slow.mostTime.length ? statements(slow.mostTime, true)
      : html`<p class="empty">None. They come with spans that have db.system.name and db.query.text.</p>`}
      <p><a href="#/databases?${query}">All of its statements</a></p></div>
    <h2>Who calls it, and whom it calls <span class="muted">(last hour)</span></h2>
    <div class="panel scroll">${noCalls ? failed(noCalls) : dependencies(name, calls, known)}</div>`;
}

function red(found) {
  const to = Date.parse(found.to);
  const from = Math.max(Date.parse(found.from), Math.min(Date.parse(found.steps[0].start), to - LEAST_MS));
  const whole = over(found);
  const series = (value) => steps(whole, from, to, found.stepMs, value);
  const [times, all] = series(({perSecond}) => perSecond);
  const line = (label, colour, value, more) => ({label, colour, values: series(value)[1], ...more});
  const seconds = found.stepMs / 1000;
  return html`
    <p class="figures">
      <span class="figure"><b>${number(found.requests)}</b><span>requests</span></span>
      <span class="figure"><b>${percent(found.errors / found.requests, 2)}</b><span>failed (${number(found.errors)})</span></span>
      <span class="figure"><b>${duration(found.p50Ms)}</b><span>p50</span></span>
      <span class="figure"><b>${duration(found.p95Ms)}</b><span>p95</span></span>
      <span class="figure"><b>${duration(found.p99Ms)}</b><span>p99</span></span></p>
    <div class="charts">
      <figure><figcaption>Requests per second</figcaption>${chart({label: 'Requests and failed requests per second over the last hour',
        from, to, times, format: (value) => `${rate(value)}/s`, series: [
          {label: 'all', colour: '--accent', values: all, bars: true},
          line('failed', '--bad', ({errors: bad}) => bad / seconds, {bars: true})]})}</figure>
      <figure><figcaption>Duration</figcaption>${chart({label: 'Durations of requests over the last hour',
        from, to, times, format: duration, series: [
          line('p50', '--good', ({p50Ms}) => p50Ms), line('p95', '--accent', ({p95Ms}) => p95Ms), line('p99', '--warn', ({p99Ms}) => p99Ms)]})}</figure>
    </div>`;
}

const routes = (list) => html`<table>
  <thead><tr><th>Route</th><th class="num">Requests</th><th class="num">Errors</th><th class="num">p50</th><th class="num">p95</th><th class="num">p99</th>
    <th class="num">Request, mean</th><th class="num">Response, mean</th><th class="num">p95</th></tr></thead>
  <tbody>${list.map((each) => html`<tr><td class="mono wrap"><bdi>${each.method} ${each.route || '(no route)'}</bdi>
      ${each.exampleTrace ? html`<a href="#/traces/${each.exampleTrace}" title="the slowest of its requests that has a trace">trace</a>` : nothing}</td>
    <td class="num">${number(each.requests)}</td><td class="num">${failures(each.errors, each.requests)}</td>
    <td class="num">${duration(each.p50Ms)}</td><td class="num">${duration(each.p95Ms)}</td><td class="num">${duration(each.p99Ms)}</td>
    <td class="num">${size(each.requestBytes, 'mean')}</td><td class="num">${size(each.responseBytes, 'mean')}</td>
    <td class="num">${size(each.responseBytes, 'p95')}</td></tr>`)}</tbody></table>`;

const size = (sizes, figure) => sizes.count ? bytes(sizes[figure]) : '–';

const caches = (list) => html`<table>
  <thead><tr><th>Cache</th><th class="num">Hit rate</th><th class="num">Hits</th><th class="num">Misses</th></tr></thead>
  <tbody>${list.map((each) => html`<tr><td class="mono wrap"><bdi>${each.cache}</bdi></td><td class="num"><b>${percent(each.hitRate, 1)}</b></td>
    <td class="num">${number(Math.round(each.hits))}</td><td class="num">${number(Math.round(each.misses))}</td></tr>`)}</tbody></table>`;

function dependencies(name, calls, known) {
  if (!calls.length) return html`<p class="empty">None are known. Calls come with traces that have spans of more than one service.</p>`;
  const row = (direction, other, call) => html`<tr><td>${direction}</td><td class="wrap">${linked(other, known)}</td>${howItWent(call)}</tr>`;
  return html`<table>
    <thead><tr><th></th><th>Service</th><th>By</th><th class="num">Calls</th><th class="num">Failed</th><th class="num">Mean</th></tr></thead>
    <tbody>${calls.filter(({server}) => server === name).map((call) => row('called by', call.client, call))}
      ${calls.filter(({client}) => client === name).map((call) => row('calls', call.server, call))}</tbody></table>`;
}
