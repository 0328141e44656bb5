import {html} from '../lib/lit-html/lit-html.js';
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

export async function pipeline() {
  const [{stages}, {deadLetters, problem}] = await Promise.all([
    get('/api/v1/pipeline'), part(get('/api/v1/dead-letters', {limit: 200}))]);
  return html`
    <h1>Pipeline</h1>
    <div class="panel scroll">${stageTable(stages)}</div>
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
      : html`<p class="empty">None: everything that came in was processed.</p>`}</div>`;
}
