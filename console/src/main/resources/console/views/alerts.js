import {html, nothing} from '../lib/lit-html/lit-html.js';
import {get, part} from '../api.js';
import {budgetLeft, failed, number, objective, rate, state, time, words, zone} from '../format.js';

const MAX_OPEN = 1000; // as the API gives at most

export function alertRow(alert) {
  const cause = alert.cause;
  const runbook = link(alert.annotations.runbook_url, '/#/runbooks/') ?? elsewhere(alert.annotations.runbook_url);
  const slo = link(alert.annotations.dashboard_url, '/#/slos/') ?? `#/slos/${encodeURIComponent(alert.labels.slo ?? '')}`;
  return html`<article class="alert">
    <p>${state(alert.state)} <a href="#/alerts/${encodeURIComponent(alert.fingerprint)}"><b>${alert.annotations.summary ?? alert.labels.alertname}</b></a>
      <span class="muted">since ${time(alert.startsAt)}${alert.endsAt ? html`, over at ${time(alert.endsAt)}` : nothing}</span></p>
    ${alert.input ? html`<p>Known until ${time(alert.input.knownUntil)}; the limit is ${alert.input.limit}.</p>` : html`<p>Burns <b>${rate(cause.shortBurnRate)}×</b> over ${words(cause.shortWindow)}
      (${number(cause.shortTotal - cause.shortGood)} of ${number(cause.shortTotal)} bad) and
      <b>${rate(cause.longBurnRate)}×</b> over ${words(cause.longWindow)}
      (${number(cause.longTotal - cause.longGood)} of ${number(cause.longTotal)} bad);
      due at ${rate(cause.threshold)}× for an objective of ${objective(cause.objective)}.
      ${alert.budgetRemaining == null ? nothing : alert.budgetRemaining < 0
        ? html`The budget was overspent by ${budgetLeft(-alert.budgetRemaining)}.`
        : html`${budgetLeft(alert.budgetRemaining)} of the budget was left.`}</p>`}
    ${alert.contributors.length ? html`<p>Bad events by ${alert.contributors.map((each, i) => html`${i ? ', ' : ''}${each.dimension}
      <span class="mono">${each.value}</span> (${number(each.bad)})`)}</p>` : nothing}
    <p>${runbook ? html`<a href=${runbook} rel="noreferrer">Runbook</a> · ` : nothing}
      <a href=${slo}>${name(alert.labels)}</a>
      ${alert.exampleTraces.length ? html` · examples: ${alert.exampleTraces.map((id) => html`
        <a class="mono" href="#/traces/${id}">${id.slice(0, 8)}</a> `)}` : nothing}</p>
  </article>`;
}

/** The SLO of an alert, and which group of it. */
const name = ({slo, group}) => group == null ? slo : `${slo} · ${group}`;

/** A link of a record, only where it leads to a page of this console. */
function link(url, page) {
  const at = String(url ?? '').indexOf(page);
  return at < 0 ? null : url.slice(at + 1);
}

/** A page that is not of this console, only of the web. */
const elsewhere = (url) => /^https?:\/\//.test(url ?? '') ? url : null;

/** What an SLO names as its runbook. */
export const runbookLink = (named) => html`<a href=${elsewhere(named) ?? `#/runbooks/${encodeURIComponent(named)}`} rel="noreferrer">runbook</a>`;

export async function alerts() {
  const {alerts: newest, total, open, history} = await get('/api/v1/alerts');
  const isCut = open > newest.length;
  const {alerts: all} = isCut ? await get('/api/v1/alerts', {limit: MAX_OPEN}) : {alerts: newest};
  return html`
    <h1>Alerts</h1>
    <div class="panel">${all.length ? all.map(alertRow)
      : html`<p class="empty">No alert has ever been raised here.</p>`}
      ${total > all.length ? html`<p class="muted">${open > all.length ? html`${number(all.length)} of ${number(open)} that are open.`
        : html`${number(all.length)} of ${number(total)}: those that are open, then the last that were resolved.`}</p>` : nothing}</div>
    <h2>History <span class="muted">(times in ${zone})</span></h2>
    ${transitions(history)}`;
}

export function transitions(history) {
  return html`<div class="panel scroll"><table>
      <thead><tr><th>Time</th><th>State</th><th>SLO</th><th>Alert</th><th>Severity</th><th class="num">Short burn</th>
        <th class="num">Long burn</th><th class="num">Threshold</th></tr></thead>
      <tbody>${history.map((alert) => html`<tr><td class="mono">${time(alert.time)}</td><td>${state(alert.state)}</td>
        <td class="wrap">${name(alert.labels)}</td><td>${alert.labels.alertname}</td><td>${alert.labels.severity}</td>
        ${[alert.cause.shortBurnRate, alert.cause.longBurnRate, alert.cause.threshold].map((burn) => html`
          <td class="num">${alert.input ? '–' : `${rate(burn)}×`}</td>`)}</tr>`)}</tbody></table>
      ${history.length ? nothing : html`<p class="empty">Nothing yet.</p>`}</div>`;
}

/** One alert with all that is known of it, and its runbook with the alert's values in it. */
export async function alert(fingerprint) {
  const found = await get(`/api/v1/alerts/${encodeURIComponent(fingerprint)}`);
  const name = /\/#\/runbooks\/([^/?]+)$/.exec(found.annotations.runbook_url ?? '')?.[1];
  const {markdown, problem} = name ? await part(get(`/api/v1/runbooks/${name}`)) : {};
  return html`
    <p><a href="#/alerts">Alerts</a></p>
    <h1>${found.annotations.summary ?? found.labels.alertname}</h1>
    <div class="panel">${alertRow(found)}<p>${found.annotations.description ?? nothing}</p></div>
    ${problem ? failed(problem) : markdown ? html`<h2>What to do</h2><article class="panel runbook">${
      blocks(filled(markdown, found.labels).replace(/^# .*$/m, ''))}</article>` : nothing}
    <h2>History <span class="muted">(times in ${zone})</span></h2>
    ${transitions(found.history)}`;
}

/** {{service}} and the like stand for the alert's labels; in a runbook by itself for whatever they may be. */
function filled(markdown, labels) {
  return markdown.replace(/\{\{(\w+)\}\}/g, (all, name) => labels[name] ?? name.toUpperCase());
}

function blocks(markdown) {
  return markdown.replace(/^---[\s\S]*?---\n/, '').trim().split(/\n{2,}/).map(block);
}

export async function runbook(name) {
  const {markdown} = await get(`/api/v1/runbooks/${encodeURIComponent(name)}`);
  return html`<p><a href="#/alerts">Alerts</a></p>
    <article class="panel runbook">${blocks(filled(markdown, {}))}</article>`;
}

/** Enough Markdown for runbooks, as text in elements: nothing in a file can become markup. */
function block(text) {
  const heading = /^(#{1,4}) (.*)$/.exec(text.split('\n')[0]);
  if (heading) {
    const rest = text.split('\n').slice(1).join('\n').trim();
    return html`${heading[1].length === 1 ? html`<h1>${heading[2]}</h1>` : html`<h2>${heading[2]}</h2>`}
      ${rest ? block(rest) : nothing}`;
  }
  if (/^```/.test(text)) return html`<pre class="mono">${text.replace(/^```\w*\n?|```$/g, '')}</pre>`;
  if (/^([-*]|\d+\.) /.test(text)) {
    return html`<ul>${text.split(/\n(?=(?:[-*]|\d+\.) )/).map((item) => html`<li>${inline(item.replace(/^([-*]|\d+\.) /, ''))}</li>`)}</ul>`;
  }
  if (/^\|/.test(text)) {
    const [head, , ...rows] = text.split('\n').map((row) => row.replace(/^\||\|\s*$/g, '').split('|').map((cell) => cell.trim()));
    return html`<div class="scroll"><table><thead><tr>${head.map((cell) => html`<th>${inline(cell)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table></div>`;
  }
  return html`<p>${inline(text)}</p>`;
}

function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) =>
    part.startsWith('`') ? html`<code class="mono">${part.slice(1, -1)}</code>`
      : part.startsWith('**') ? html`<b>${part.slice(2, -2)}</b>` : part);
}
