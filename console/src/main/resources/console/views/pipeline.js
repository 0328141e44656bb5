import {html, nothing} from '../lib/lit-html/lit-html.js';
import {get, part} from '../api.js';
import {duration, failed, number, time, zone} from '../format.js';

export function stageTable(stages) {
  return html`<table id="pipeline">
    <thead><tr><th>Stage</th><th>State</th><th class="num">In</th><th class="num">Out</th>
      <th class="num">Dead</th><th class="num">Waiting</th><th class="num">Time per record</th></tr></thead>
    <tbody>${stages.map((stage) => {
      const dead = Object.values(stage.dead).reduce((sum, n) => sum + n, 0);
      const reasons = Object.entries(stage.dead).map(([reason, n]) => `${reason}: ${n}`).join(', ');
      return html`<tr>
        <td>${stage.stage}</td>
        <td><span class="badge ${stage.ready ? 'good' : 'warn'}">${stage.ready ? 'ready' : 'waiting'}</span>
          <span class="muted">${stage.detail}</span></td>
        <td class="num">${number(stage.in)}</td><td class="num">${number(stage.out)}</td>
        <td class="num" title=${reasons}>${number(dead)}</td><td class="num">${number(stage.lag)}</td>
        <td class="num">${stage.in ? duration(stage.processingMs) : '–'}</td></tr>`;
    })}</tbody></table>`;
}

/** Which stages other processes are, by Kafka's word. */
export function elsewhere({stages, problem}) {
  if (problem) return failed(problem);
  return stages.length ? html`<table id="elsewhere">
    <thead><tr><th>Stage in other processes</th><th>State</th><th class="num">Waiting</th></tr></thead>
    <tbody>${stages.map(({stage, running, lag}) => html`<tr><td>${stage}</td>
      <td><span class="badge ${running ? 'good' : 'bad'}">${running ? 'running' : 'not running'}</span></td>
      <td class="num">${lag == null ? '–' : number(lag)}</td></tr>`)}</tbody></table>` : nothing;
}

export async function pipeline() {
  const [{stages, elsewhere: others}, {deadLetters, problem}, changes] = await Promise.all([
    get('/api/v1/pipeline'), part(get('/api/v1/dead-letters', {limit: 200})), part(get('/api/v1/audit', {limit: 200}))]);
  return html`
    <h1>Pipeline</h1>
    <div class="panel scroll">${stageTable(stages)}
      <p class="muted">Stages of this process; the numbers of others are in Prometheus.</p>${elsewhere(others)}</div>
    <h2>Dead letters <span class="muted">(the last 200; times in ${zone})</span></h2>
    <div class="panel scroll">${problem ? failed(problem) : deadLetters.length ? html`<table>
      <thead><tr><th>Id</th><th>Time</th><th>Stage</th><th>Reason</th><th>From</th><th>What was wrong</th></tr></thead>
      <tbody>${deadLetters.map((letter) => html`<tr>
        <td class="mono">${letter.id}</td><td class="mono">${time(letter.time)}</td><td>${letter.stage}</td>
        <td><span class="badge warn">${letter.reason}</span></td>
        <td class="mono">${letter.topic}-${letter.partition}@${letter.offset}</td>
        <td class="wrap">${letter.message}</td></tr>`)}</tbody></table>
      <p class="muted">Their content is restricted: <span class="mono">sluice dead-letters show ID</span> and
        <span class="mono">redrive ID</span>.</p>`
      : html`<p class="empty">None: everything that came in was processed.</p>`}</div>
    <h2>Changes <span class="muted">(the last 200)</span></h2>
    <div class="panel scroll">${changes.problem ? failed(changes.problem) : changes.records.length ? html`<table>
      <thead><tr><th>Time</th><th>Who</th><th>From</th><th>What</th><th>How it ended</th></tr></thead>
      <tbody>${changes.records.map((each) => html`<tr>
        <td class="mono">${time(each.time)}</td><td class="wrap"><bdi>${each.user}</bdi></td><td class="wrap mono"><bdi>${each.origin}</bdi></td>
        <td class="wrap"><bdi>${each.action}</bdi> <bdi class="mono">${each.target}</bdi></td>
        <td class="wrap"><span class="badge ${each.outcome === 'done' ? '' : 'warn'}">${each.outcome}</span> <bdi>${each.detail}</bdi></td></tr>`)}</tbody></table>`
      : html`<p class="empty">Nobody has changed anything: no definition applied, no dead letter redriven, no fault of the demo.</p>`}</div>`;
}
