import {html, nothing} from '../lib/lit-html/lit-html.js';
import {get} from '../api.js';
import {go, ofService} from '../app.js';
import {number, time, zone} from '../format.js';

const TIMES = [['1h', 'last hour'], ['24h', 'last 24 hours'], ['7d', 'last 7 days']];

export async function redactions(params) {
  const since = params.get('since') ?? '24h';
  const times = TIMES.some(([value]) => value === since) ? TIMES : [...TIMES, [since, since]];
  const found = await get('/api/v1/redactions', {...Object.fromEntries(params), since});
  const filter = (event) => {
    event.preventDefault();
    go('redactions', new FormData(event.target));
  };
  return html`
    <h1>Redactions</h1>
    <form class="bar" role="search" @submit=${filter}>
      <label>Time<select name="since">${times.map(([value, label]) => html`
        <option value=${value} ?selected=${value === since}>${label}</option>`)}</select></label>
      <label class="grow">Service<input name="service" value=${params.get('service') ?? ''}></label>
      <label class="grow">Rule<input name="rule" class="mono" value=${params.get('rule') ?? ''}
        placeholder="id, or family"></label>
      <button class="primary">Show</button>
    </form>
    <h2>New since yesterday</h2>
    <div class="panel scroll">${found.new.length ? html`
      ${found.knowsBefore ? nothing : html`<p class="muted">The ledger has nothing of the week before, so all is new to it.</p>`}
      ${places(found.new, true)}`
      : html`<p class="empty">Nothing: every rule found only what it found before, where it found it before.</p>`}</div>
    <h2>Services that leak most</h2>
    <div class="panel scroll">${found.services.length ? html`<table>
      <thead><tr><th>Service</th><th class="num">Redactions</th><th class="num">Rules</th><th class="num">Fields</th></tr></thead>
      <tbody>${found.services.map((each) => html`<tr>
        <td class="wrap">${ofService('redactions', each.service, params)}</td><td class="num">${number(each.count)}</td>
        <td class="num">${number(each.rules)}</td><td class="num">${number(each.fields)}</td></tr>`)}</tbody></table>`
      : html`<p class="empty">None in this time.</p>`}</div>
    <h2>What is redacted where <span class="muted">(${number(found.total)} in ${number(found.places)} places)</span></h2>
    <div class="panel scroll">${found.redactions.length ? places(found.redactions, false)
      : html`<p class="empty">Nothing in this time.</p>`}
      ${found.places > found.redactions.length ? html`<p class="muted">The ${number(found.redactions.length)} with the most; filter by service or rule for others.</p>` : nothing}</div>
    <p class="muted">From the ledger, which has counts and never a value. Times in ${zone}.</p>`;
}

function places(list, isNew) {
  return html`<table>
    <thead><tr><th class="num">Count</th><th>Rule</th><th>Service</th><th>Field</th><th>Action</th><th>Signal</th>
      <th class="num">Rule set</th><th>${isNew ? 'First' : 'Last'}</th></tr></thead>
    <tbody>${list.map((each) => html`<tr>
      <td class="num">${number(each.count)}</td><td class="mono">${each.rule}</td>
      <td class="wrap"><bdi>${each.service || '(none)'}</bdi></td><td class="mono wrap"><bdi>${each.field}</bdi></td>
      <td>${each.action.toLowerCase().replaceAll('_', ' ')}</td><td>${each.signal.toLowerCase()}</td>
      <td class="num" title="version of the rule set">${each.rulesVersion || 'shipped'}</td>
      <td class="mono">${time(isNew ? each.first : each.last)}</td></tr>`)}</tbody></table>`;
}
