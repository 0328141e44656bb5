import {html, nothing} from '../lib/lit-html/lit-html.js';
import {get, part} from '../api.js';
import {href} from '../app.js';
import {chart, steps} from '../chart.js';
import {budgetLeft, failed, number, objective, percent, rate, state, time, words, zone} from '../format.js';
import {alertRow, runbookLink, transitions} from './alerts.js';

const COLOURS = ['--accent', '--warn', '--good', '--muted', '--bad', '--text'];

function sloCard(slo) {
  const policy = slo.policies[0];
  const worst = ['FIRING', 'PENDING'].find((name) => slo.alerts.some((alert) => alert.state === name));
  return html`<a class="panel" href="#/slos/${encodeURIComponent(slo.id)}">
    <span class="card-title"><span>${name(slo)}</span>${worst ? state(worst) : nothing}</span>
    <span class="muted">${objective(slo.objective)} good over ${slo.period}</span>
    ${isFilling(slo) ? html`<span class="muted">history: ${percent(slo.backfill.share, 0)} read</span>` : nothing}
    <span class="figures">
      <span class="figure"><b>${policy ? burn(policy.short) : '–'}</b><span>burn, last ${policy && words(policy.short.window)}</span></span>
      <span class="figure"><b>${slo.budget.remaining == null ? '–' : budgetLeft(slo.budget.remaining)}</b><span>budget left</span></span>
      <span class="figure"><b>${number(slo.budget.total)}</b><span>events</span></span>
    </span></a>`;
}

/** Those of an answer, and a link where there are more. */
export const sloCards = ({slos: all, total}, next = html`<a href="#/slos">All of them</a>`) => total
  ? html`<div class="cards">${all.map(sloCard)}</div>
    ${total > all.length ? html`<p class="muted">${all.length} of ${number(total)}. ${next}</p>` : nothing}`
  : html`<p class="empty">None is defined. Apply one with <span class="mono">sluice apply -f slo.yaml</span>.</p>`;

/** How fast it burns; a dash where that is not known, and why when it is pointed at. */
const burn = ({burnRate, note}) => burnRate == null ? html`<span title=${note}>–</span>` : `${rate(burnRate)}×`;

/** Whether what was in Kafka before its definition is still to come. */
const isFilling = (slo) => slo.backfill != null && slo.backfill.state !== 'done';

/** A group of an SLO has the SLO's name. */
const name = (slo) => slo.group ? `${slo.name} · ${slo.group}` : slo.name;

export async function slos(params) {
  const page = await get('/api/v1/slos', {cursor: params.get('cursor') ?? ''});
  return html`<h1>Service level objectives</h1>
    ${sloCards(page, page.nextCursor ? html`<a href=${href('slos', params, {cursor: page.nextCursor})}>The next ones</a>`
      : html`<a href="#/slos">From the first one</a>`)}`;
}

export async function slo(id) {
  const path = `/api/v1/slos/${encodeURIComponent(id)}`;
  const [found, spent, {history = [], problem}] = await Promise.all([get(path), part(get(`${path}/budget`)), part(get('/api/v1/alerts', {slo: id}))]);
  const windows = found.windows ?? []; // null while they are being read
  return html`
    <p><a href="#/slos">SLOs</a></p>
    <h1>${name(found)}</h1>
    <p>${found.description}</p>
    <p class="muted">${objective(found.objective)} of <a href="#/services/${encodeURIComponent(found.service)}">${found.service}</a> good over ${found.period}
      ${found.runbook ? html`· ${runbookLink(found.runbook)}` : nothing}</p>
    ${isFilling(found) ? html`<p class="panel">Its history is being ${found.backfill.state === 'reading' ? 'read' : 'sent'}:
      <progress max="1" value=${found.backfill.share} aria-label="History"></progress> ${percent(found.backfill.share, 0)}
      <span class="muted">(${number(found.backfill.recordsRead)} of ${number(found.backfill.records)} records)</span></p>` : nothing}
    ${found.backfill?.completeSince ? html`<p class="muted">Events before ${time(found.backfill.completeSince)} may be gone from Kafka:
      the budget is of those since.</p>` : nothing}
    <h2>Error budget</h2>
    <div class="panel">${budget(found)}${spent.problem ? failed(spent.problem) : spent.steps.length ? budgetChart(spent) : nothing}</div>
    ${burns(found.budget)}
    <h2>Events in each window <span class="muted">(last 15 minutes, ${zone})</span></h2>
    <div class="panel" id="chart">${windows.length ? events(found)
      : html`<p class="empty">${found.windowsNote ?? 'No event yet in the last 15 minutes.'}</p>`}</div>
    <h2>When it alerts</h2>
    <div class="panel scroll"><table>
      <thead><tr><th>Severity</th><th class="num">Threshold</th><th>Long window</th><th class="num">Burn</th>
        <th class="num">Bad / all</th><th>Short window</th><th class="num">Burn</th><th class="num">Bad / all</th></tr></thead>
      <tbody>${found.policies.map((policy) => html`<tr><td>${policy.severity}</td><td class="num">${rate(policy.threshold)}×</td>
        ${[policy.long, policy.short].map((reading) => html`<td>${words(reading.window)}</td>
          <td class="num">${burn(reading)}</td>
          <td class="num">${reading.total == null ? '–' : `${number(reading.total - reading.good)} / ${number(reading.total)}`}</td>`)}</tr>`)}</tbody></table></div>
    <h2>Alerts</h2>
    <div class="panel">${found.alerts.length ? found.alerts.map(alertRow) : html`<p class="empty">None so far.</p>`}</div>
    <h2>Alert history</h2>
    ${problem ? failed(problem) : transitions(history)}
    <h2>Windows <span class="muted">(the newest first, at most 30)</span></h2>
    <div class="panel scroll"><table><thead><tr><th>Start</th><th class="num">Good</th><th class="num">All</th>
      <th class="num">Corrections</th><th class="num">Late events</th><th></th></tr></thead>
      <tbody>${[...windows].reverse().slice(0, 30).map((window) => html`<tr><td class="mono">${time(window.start)}</td>
        <td class="num">${number(window.good)}</td><td class="num">${number(window.total)}</td>
        <td class="num">${window.revision > 0 ? window.revision : ''}</td><td class="num">${window.late || ''}</td>
        <td>${window.revision < 0 ? html`<span class="badge">not over</span>` : nothing}
          ${window.complete ? nothing : html`<span class="badge warn" title="some of its events may be gone from Kafka">not complete</span>`}</td></tr>`)}</tbody></table></div>`;
}

/** What was left of the period's budget at the end of each step, where it stands. Where no window is known there is a gap. */
function budgetChart({steps: all, stepMs, from, to}) {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const known = (complete) => steps(all, begin, end, stepMs, (step) => step.complete === complete ? step.remaining : null)[1];
  const times = steps(all, begin, end, stepMs, () => 0)[0].map((start) => Math.min(start + stepMs, end));
  const partly = all.some(({complete}) => !complete);
  const holes = times.length - all.length;
  return html`${chart({label: 'Share of the error budget that was left', from: begin, to: end, times, most: 1, format: budgetLeft,
      series: [{label: 'left', colour: '--accent', values: known(true)},
        ...partly ? [{label: 'left, of what is known', colour: '--warn', values: known(false)}] : []]})}
    <p class="muted">Left of the budget, ${time(from).slice(0, 19)} to ${time(to).slice(0, 19)} (${zone}).
      ${partly ? 'Where it is orange, some events may be gone from Kafka.' : nothing}
      ${holes > 0 ? 'In gaps no window is known.' : nothing}</p>`;
}

function events({windows}) {
  const length = windows[0].lengthMs;
  const first = Date.parse(windows[0].start);
  const end = Date.parse(windows[windows.length - 1].start) + length;
  const values = (value) => steps(windows, first, end, length, value);
  const corrected = windows.filter(({revision}) => revision > 0);
  const late = corrected.reduce((sum, window) => sum + window.late, 0);
  const lengths = Object.keys(windows[windows.length - 1].burnRates);
  const without = lengths.slice(COLOURS.length);
  return html`${chart({label: 'Good and bad events over time', from: first, to: end, times: values(() => 0)[0], counts: true, format: (value) => number(Math.round(value)),
      series: [{label: 'all', colour: '--muted', fill: '--line', values: values(({total}) => total)[1], bars: true},
        {label: 'bad', colour: '--bad', values: values(({good, total}) => total - good || null)[1], bars: true}]})}
    <h3>Burn rate, by the time looked back</h3>
    ${chart({label: 'Burn rates over time', from: first, to: end, times: values(() => 0)[0], most: 1, format: (value) => `${rate(value)}×`,
      series: lengths.slice(0, COLOURS.length).map((length, i) => ({
        label: words(length), colour: COLOURS[i], values: values(({burnRates}) => burnRates[length] ?? null)[1]}))})}
    ${without.length ? html`<p class="muted">Not drawn: ${without.map(words).join(', ')}. The newest are in the table below.</p>` : nothing}
    ${corrected.length ? html`<p class="muted">${number(corrected.length)} of these windows were corrected, for ${number(late)} late events.</p>` : nothing}`;
}

function budget({budget: left, period}) {
  if (left.remaining == null) return html`<p class="empty">Nothing is known of it yet.</p>`;
  return html`
    <p>${left.remaining < 0 ? html`The budget of ${period} is overspent by <b>${budgetLeft(-left.remaining)}</b>`
      : html`<b>${budgetLeft(left.remaining)}</b> is left of ${period}`}
      <span class="muted">(${number(left.total - left.good)} of ${number(left.total)} events were bad since ${time(left.since)})</span>.
      It burned <b>${rate(left.burnRate)}×</b> in the last ${words(left.burnRateWindow)}${left.exhaustedAt && left.remaining > 0
        ? html`; going on like that, nothing is left at <b>${time(left.exhaustedAt)}</b>` : nothing}.</p>`;
}

/** What took from the budget, and what it had in common. */
function burns(left) {
  if (left.remaining == null) return nothing;
  return html`
    <h2>What burned it</h2>
    <div class="panel scroll">${left.burns.length ? html`<table><thead><tr><th>From</th><th>To</th><th class="num">Bad / all</th>
      <th class="num">Of the budget</th></tr></thead>
      <tbody>${[...left.burns].reverse().map((burn) => html`<tr><td class="mono">${time(burn.from)}</td><td class="mono">${time(burn.to)}</td>
        <td class="num">${number(burn.bad)} / ${number(burn.total)}</td><td class="num">${percent(burn.share, 1)}</td></tr>`)}</tbody></table>`
      : html`<p class="empty">It never burned faster than it may.</p>`}</div>
    ${left.contributors.length ? html`<h2>Bad events by <span class="muted">(last 24 hours)</span></h2>
      <div class="panel scroll"><table><thead><tr><th>What</th><th>Value</th><th class="num">Bad</th></tr></thead>
      <tbody>${left.contributors.map((each) => html`<tr><td class="wrap">${each.dimension}</td><td class="mono wrap">${each.value}</td>
        <td class="num">${number(each.bad)}</td></tr>`)}</tbody></table></div>` : nothing}`;
}
