import {html, nothing} from '../lib/lit-html/lit-html.js';
import {get} from '../api.js';
import {go, ofService} from '../app.js';
import {duration, number, percent, redacted, time, zone} from '../format.js';

export async function databases(params) {
  const found = await get('/api/v1/statements', params);
  const filter = (event) => {
    event.preventDefault();
    go('databases', new FormData(event.target));
  };
  return html`
    <h1>Databases</h1>
    <form class="bar" role="search" @submit=${filter}>
      <label class="grow">Service<input name="service" value=${params.get('service') ?? ''}></label>
      <label class="grow">System<input name="system" value=${params.get('system') ?? ''} placeholder="postgresql"></label>
      <button class="primary">Show</button>
    </form>
    ${found.databases.length ? lists(found, params) : html`<div class="panel"><p class="empty">${
      params.get('service') || params.get('system')
        ? html`No calls of such a database came in lately. <a href="#/databases">Show all</a>`
        : html`No calls of databases came in lately. A span counts when it says <span class="mono">db.system.name</span>
          (or <span class="mono">db.system</span>), and is listed by <span class="mono">db.query.text</span>
          (or <span class="mono">db.statement</span>).`}</p></div>`}`;
}

function lists(found, params) {
  return html`
    <h2>Statements that take most time</h2>
    <div class="panel scroll">${statements(found.mostTime)}</div>
    <h2>Statements with the slowest calls</h2>
    <div class="panel scroll">${statements(found.slowest)}</div>
    <h2>Who waits for what <span class="muted">(times in ${zone})</span></h2>
    <div class="panel scroll"><table>
      <thead><tr><th>Service</th><th>System</th><th class="num">Total time</th><th class="num">Calls</th>
        <th class="num">Errors</th><th class="num">Shapes</th><th>From</th><th>To</th></tr></thead>
      <tbody>${found.databases.map((each) => html`<tr>
        <td class="wrap">${ofService('databases', each.service, params)}</td><td class="wrap"><bdi>${each.dbSystem}</bdi></td>
        <td class="num">${duration(each.totalMs)}</td>${counts(each)}
        <td class="num">${number(each.shapes)}</td>
        <td class="mono">${time(each.from)}</td><td class="mono">${time(each.to)}</td></tr>`)}</tbody></table></div>
    <p class="muted">Shapes are statements without their literals. The share is of the time that the service waits for this
      kind of database.</p>`;
}

/** Of all services, or of one alone, which need not be named. */
export function statements(list, ofOne = false) {
  return html`<table>
    <thead><tr><th>Statement</th>${ofOne ? nothing : html`<th>Service</th>`}<th>System</th><th class="num">Calls</th><th class="num">Errors</th>
      <th class="num">Total time</th><th class="num">Share</th><th class="num">p95</th><th class="num">Slowest</th></tr></thead>
    <tbody>${list.map((each) => html`<tr>
      <td class="mono wrap">${shape(each)}</td>${ofOne ? nothing : html`<td class="wrap"><bdi>${each.service}</bdi></td>`}
      <td class="wrap"><bdi>${each.dbSystem}</bdi></td>${counts(each)}
      <td class="num">${duration(each.totalMs)}</td><td class="num">${percent(each.share, 1)}</td>
      <td class="num">${duration(each.p95Ms)}</td>
      <td class="num">${each.slowestTrace ? html`<a href="#/traces/${each.slowestTrace}"
        title="its trace, ended ${time(each.slowestTime)}">${duration(each.slowestMs)}</a>` : duration(each.slowestMs)}</td></tr>`)}
    </tbody></table>`;
}

const counts = (each) => html`<td class="num">${number(Math.round(each.calls))}</td>
  <td class="num">${each.errors ? html`<span class="badge bad">${number(Math.round(each.errors))}</span>` : 0}</td>`;

function shape({digest, statement}) {
  if (!digest) return html`<i>no statement told</i>`;
  if (digest === '__overflow__') return html`<i>further shapes, too many to tell apart</i>`;
  return redacted(statement);
}
