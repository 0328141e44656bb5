import {html} from '../lib/lit-html/lit-html.js';
import {get} from '../api.js';
import {go, ofService} from '../app.js';
import {number} from '../format.js';

export async function cardinality(params) {
  const found = await get('/api/v1/cardinality', params);
  const filter = (event) => {
    event.preventDefault();
    go('cardinality', new FormData(event.target));
  };
  return html`
    <h1>Cardinality</h1>
    <form class="bar" role="search" @submit=${filter}>
      <label class="grow">Service<input name="service" value=${params.get('service') ?? ''}></label>
      <button class="primary">Show</button>
    </form>
    ${found.metrics.length ? lists(found, params) : html`<div class="panel"><p class="empty">${params.get('service')
      ? html`This service asks for no series. <a href="#/cardinality">Show all</a>`
      : 'No series yet. They come with the first spans or metrics, some ten seconds after them.'}</p></div>`}`;
}

function lists({metrics, labels, drop}, params) {
  return html`
    <h2>What to drop</h2>
    <div class="panel scroll">${drop.length ? html`
      <p>Over their limits; what is too many counts as <span class="mono">__overflow__</span>. Fewest series remain without
        these labels: take them out where they are made, out of <span class="mono">processors.spanmetrics.attributes</span>,
        or raise the limit.</p>
      <table>
        <thead><tr><th>Label</th><th>Metric</th><th>Service</th><th class="num">Series</th><th class="num">Without it</th></tr></thead>
        <tbody>${drop.map((each) => html`<tr>
          <td class="mono wrap"><bdi>${each.label}</bdi></td><td class="mono wrap"><bdi>${each.metric}</bdi></td>
          <td class="wrap">${ofService('cardinality', each.service, params)}</td><td class="num">${number(each.series)}</td>
          <td class="num">${number(each.seriesWithout)}</td></tr>`)}</tbody></table>`
      : html`<p class="empty">Nothing: every metric and label is within its limit.</p>`}</div>
    <h2>Metrics that ask for most series</h2>
    <div class="panel scroll"><table>
      <thead><tr><th>Metric</th><th>Service</th><th class="num">Series asked for</th><th class="num">Limit</th><th>Overflow</th></tr></thead>
      <tbody>${metrics.map((each) => html`<tr>
        <td class="mono wrap"><bdi>${each.metric}</bdi></td><td class="wrap">${ofService('cardinality', each.service, params)}</td>
        ${against(each)}</tr>`)}</tbody></table></div>
    <h2>Labels that ask for most values</h2>
    <div class="panel scroll">${labels.length ? html`<table>
      <thead><tr><th>Label</th><th>Metric</th><th>Service</th><th class="num">Values asked for</th><th class="num">Limit</th>
        <th>Overflow</th><th class="num">Series without it</th></tr></thead>
      <tbody>${labels.map((each) => html`<tr>
        <td class="mono wrap"><bdi>${each.label}</bdi></td><td class="mono wrap"><bdi>${each.metric}</bdi></td>
        <td class="wrap">${ofService('cardinality', each.service, params)}</td>
        ${against(each)}<td class="num">${number(each.seriesWithout)}</td></tr>`)}</tbody></table>`
      : html`<p class="empty">None that senders decide about.</p>`}</div>
    <p class="muted">What came in lately, limited or not; estimated, to some 2 %.</p>`;
}

function against({demand, limit}) {
  return html`<td class="num">${number(demand)}</td><td class="num">${number(limit)}</td>
    <td>${demand > limit
      ? html`<span class="badge bad">${number(demand - limit)} over</span>`
      : html`<span class="muted">none</span>`}</td>`;
}
