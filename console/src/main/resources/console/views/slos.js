import {html, nothing} from '../lib/lit-html/lit-html.js';
import uPlot from '../lib/uplot/uPlot.esm.js';
import {get} from '../api.js';
import {number, percent, rate, state, time, zone} from '../format.js';
import {alertRow} from './alerts.js';

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let chart = null;

export function sloCard(slo) {
  const policy = slo.policies[0];
  const worst = ['FIRING', 'PENDING'].find((name) => slo.alerts.some((alert) => alert.state === name));
  return html`<a class="panel" href="#/slos/${encodeURIComponent(slo.id)}">
    <span class="card-title"><span>${name(slo)}</span>${worst ? state(worst) : nothing}</span>
    <span class="muted">${percent(slo.objective, 1)} good over ${slo.period}</span>
    ${isFilling(slo) ? html`<span class="muted">history: ${percent(slo.backfill.share, 0)} read</span>` : nothing}
    <span class="figures">
      <span class="figure"><b>${policy ? rate(policy.short.burnRate) : '–'}×</b><span>burn, last ${policy?.short.window}</span></span>
      <span class="figure"><b>${slo.budget.remaining == null ? '–' : percent(slo.budget.remaining, 0)}</b><span>budget left</span></span>
      <span class="figure"><b>${number(slo.budget.total)}</b><span>events</span></span>
    </span></a>`;
}

/** Whether what was in Kafka before its definition is still to come. */
const isFilling = (slo) => slo.backfill != null && slo.backfill.state !== 'done';

/** A group of an SLO has the SLO's name. */
const name = (slo) => slo.group ? `${slo.name} · ${slo.group}` : slo.name;

export async function slos() {
  const {slos: all} = await get('/api/v1/slos');
  return html`<h1>Service level objectives</h1>
    ${all.length ? html`<div class="cards">${all.map(sloCard)}</div>`
      : html`<p class="empty">None is defined. Apply one with <span class="mono">sluice apply -f slo.yaml</span>.</p>`}`;
}

export async function slo(id) {
  const found = await get(`/api/v1/slos/${encodeURIComponent(id)}`);
  requestAnimationFrame(() => draw(found));
  return html`
    <p><a href="#/slos">SLOs</a></p>
    <h1>${name(found)}</h1>
    <p>${found.description}</p>
    <p class="muted">${percent(found.objective, 2)} of ${found.service} good over ${found.period}
      ${found.runbook ? html`· <a href="#/runbooks/${found.runbook}">runbook</a>` : nothing}</p>
    ${isFilling(found) ? html`<p class="panel">Its history is being ${found.backfill.state === 'reading' ? 'read' : 'sent'}:
      <progress max="1" value=${found.backfill.share} aria-label="History"></progress> ${percent(found.backfill.share, 0)}
      <span class="muted">(${number(found.backfill.recordsRead)} of ${number(found.backfill.records)} records)</span></p>` : nothing}
    ${found.backfill?.completeSince ? html`<p class="muted">Events before ${time(found.backfill.completeSince)} may be gone from Kafka:
      the budget is of those since.</p>` : nothing}
    <div class="panel"><h2>Bad events in each window <span class="muted">(last 15 minutes, ${zone})</span></h2>
      <div id="chart" class="chart" role="img" aria-label="Good and bad events over time"></div>
      ${found.windows.length ? nothing : html`<p class="empty">No event yet in the last 15 minutes.</p>`}</div>
    <h2>Error budget</h2>
    <div class="panel">${budget(found)}</div>
    <h2>When it alerts</h2>
    <div class="panel scroll"><table>
      <thead><tr><th>Severity</th><th class="num">Threshold</th><th>Long window</th><th class="num">Burn</th>
        <th class="num">Bad / all</th><th>Short window</th><th class="num">Burn</th><th class="num">Bad / all</th></tr></thead>
      <tbody>${found.policies.map((policy) => html`<tr><td>${policy.severity}</td><td class="num">${rate(policy.threshold)}×</td>
        ${[policy.long, policy.short].map((reading) => html`<td>${reading.window}</td>
          <td class="num">${rate(reading.burnRate)}×</td>
          <td class="num">${number(reading.total - reading.good)} / ${number(reading.total)}</td>`)}</tr>`)}</tbody></table></div>
    <h2>Alerts</h2>
    <div class="panel">${found.alerts.length ? found.alerts.map(alertRow) : html`<p class="empty">None so far.</p>`}</div>
    <h2>Windows</h2>
    <div class="panel scroll"><table><thead><tr><th>Start</th><th class="num">Good</th><th class="num">All</th>
      <th class="num">Corrections</th><th class="num">Late events</th></tr></thead>
      <tbody>${[...found.windows].reverse().slice(0, 30).map((window) => html`<tr><td class="mono">${time(window.start)}</td>
        <td class="num">${number(window.good)}</td><td class="num">${number(window.total)}</td>
        <td class="num">${window.revision || ''}</td><td class="num">${window.late || ''}</td></tr>`)}</tbody></table></div>`;
}

function budget({budget: left, period}) {
  if (left.remaining == null) return html`<p class="empty">Nothing is known of it yet.</p>`;
  return html`
    <p><b>${percent(left.remaining, 1)}</b> is left of ${period}
      <span class="muted">(${number(left.total - left.good)} of ${number(left.total)} events were bad since ${time(left.since)})</span>.
      It burned <b>${rate(left.burnRate)}×</b> in the last ${left.burnRateWindow}${left.exhaustedAt
        ? html`; going on like that, nothing is left at <b>${time(left.exhaustedAt)}</b>` : nothing}.</p>
    ${left.burns.length ? html`<table><thead><tr><th>From</th><th>To</th><th class="num">Bad / all</th>
      <th class="num">Of the budget</th></tr></thead>
      <tbody>${[...left.burns].reverse().map((burn) => html`<tr><td class="mono">${time(burn.from)}</td><td class="mono">${time(burn.to)}</td>
        <td class="num">${number(burn.bad)} / ${number(burn.total)}</td><td class="num">${percent(burn.share, 1)}</td></tr>`)}</tbody></table>`
      : html`<p class="muted">It never burned faster than it may.</p>`}
    ${left.contributors.length ? html`<table><thead><tr><th>Bad events of the last 24 hours by</th><th></th><th class="num">Bad</th></tr></thead>
      <tbody>${left.contributors.map((each) => html`<tr><td>${each.dimension}</td><td class="mono">${each.value}</td>
        <td class="num">${number(each.bad)}</td></tr>`)}</tbody></table>` : nothing}`;
}

/** Windows without events are gaps, not zeros joined by a line. */
function draw(found) {
  const box = document.getElementById('chart');
  if (!box) return;
  if (!found.windows.length) {
    chart?.destroy();
    chart = null;
    return;
  }
  const data = [
    found.windows.map((window) => Date.parse(window.start) / 1000),
    found.windows.map((window) => window.total),
    found.windows.map((window) => window.total - window.good)];
  if (chart && chart.root.parentElement === box) {
    chart.setData(data);
    return;
  }
  const bars = uPlot.paths.bars({size: [0.8, 40]});
  const axis = {stroke: style('--muted'), grid: {stroke: style('--line'), width: 1}};
  chart = new uPlot({
    width: box.clientWidth, height: 200,
    scales: {y: {range: (u, min, max) => [0, Math.max(1, max * 1.1)]}},
    series: [{}, {label: 'all', fill: style('--line'), stroke: style('--muted'), paths: bars, points: {show: false}},
      {label: 'bad', fill: style('--bad'), stroke: style('--bad'), paths: bars, points: {show: false}}],
    axes: [axis, axis],
  }, data, box);
  new ResizeObserver(() => chart?.setSize({width: box.clientWidth, height: 200})).observe(box);
}
