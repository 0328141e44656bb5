import {html, nothing} from '../lib/lit-html/lit-html.js';
import {change, get, keeping, part} from '../api.js';
import {failed, number} from '../format.js';
import {sloCards} from './slos.js';
import {alertRow} from './alerts.js';
import {elsewhere, stageTable} from './pipeline.js';
import {table} from './services.js';
import {unnamed} from '../names.js';

const kept = keeping(10000); // an hour of every service, in steps of half a minute
const MAX_ALERTS = 20;
let refused = '';

export async function overview(params, redraw) {
  const [{problem, ...objectives}, {alerts = [], open, problem: noAlerts}, {stages, elsewhere: others, extraServices}, names, metrics] = await Promise.all([
    part(get('/api/v1/slos')), part(get('/api/v1/alerts')), get('/api/v1/pipeline'), part(get('/api/v1/services')),
    part(kept('', () => get('/api/v1/service-metrics')))]);
  const demo = extraServices.includes('/demo') ? await get('/demo/faults').catch(() => null) : null;
  const active = alerts.filter((alert) => alert.state !== 'RESOLVED'); // the answer has those that fire first
  return html`
    <h1>Overview</h1>
    ${noAlerts ? failed(noAlerts) : active.length
      ? html`<section class="panel" aria-label="Active alerts">${active.slice(0, MAX_ALERTS).map(alertRow)}
        ${open > MAX_ALERTS ? html`<p class="muted">${MAX_ALERTS} of ${number(open)} that are active.
          <a href="#/alerts">All of them</a></p>` : nothing}</section>`
      : html`<p class="muted"><span class="badge good">quiet</span> No alert is active.</p>`}
    <h2>Objectives</h2>
    ${problem ? failed(problem) : sloCards(objectives)}
    ${demo ? faults(demo.faults, redraw) : nothing}
    <h2>Services</h2>
    <div class="panel scroll">${names.problem ? failed(names.problem) : names.services.length ? html`${table(names.services, metrics)}${unnamed(names)}`
      : html`<p class="empty">Nothing has come in yet. Send OTLP to port 4317 (gRPC) or 4318 (HTTP).</p>`}</div>
    <h2>Pipeline</h2>
    <div class="panel scroll">${stageTable(stages)}${elsewhere(others)}</div>`;
}

function faults(list, redraw) {
  const toggle = async (fault) => {
    refused = '';
    try {
      await change(fault.active ? 'DELETE' : 'POST', `/demo/faults/${encodeURIComponent(fault.name)}`);
    } catch ({message}) {
      refused = message;
    }
    redraw();
  };
  return html`
    <h2>Break the shop</h2>
    ${refused ? failed(refused) : nothing}
    <section class="panel" aria-label="Faults of the demo shop">${list.map((fault) => html`
      <div class="fault">
        <span><b>${fault.name}</b> <span class="muted">${fault.description}</span></span>
        <button aria-pressed=${fault.active ? 'true' : 'false'} @click=${() => toggle(fault)}>
          ${fault.active ? 'Mend' : 'Break'}</button>
      </div>`)}
    </section>`;
}
