import {html, nothing, svg} from '../lib/lit-html/lit-html.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {get, keeping} from '../api.js';
import {go, openToKeys} from '../app.js';
import {duration, failed, failures, number, time, zone} from '../format.js';
import {areCut, known as among, serviceNames, unnamed} from '../names.js';

const HOURS = [['1', 'the last hour'], ['6', 'the last 6 hours'], ['24', 'the last day']];
const BOX = {width: 170, height: 34, across: 250, down: 56};
const MAX_DRAWN = 150;
const DRAGGED = 5; // pixels
const ZOOM = {step: 1.4, least: 0.1, most: 3};
const graph = keeping(10000); // all calls of the time are counted for it

export async function map(params) {
  const hours = HOURS.some(([value]) => value === params.get('hours')) ? Number(params.get('hours')) : 1;
  const service = params.get('service') ?? '';
  const ask = () => get('/api/v1/service-graph', {from: new Date(Date.now() - hours * 3600000).toISOString(), service});
  const [{calls, total, from, to}, names] = await Promise.all([graph(`${hours} ${service}`, ask), serviceNames()]);
  const known = among(names);
  return html`
    <h1>Service map</h1>
    <form class="bar" @submit=${(event) => { event.preventDefault(); go('map', new FormData(event.target)); }}>
      <label>Time<select name="hours">${HOURS.map(([value, label]) => html`
        <option value=${value} ?selected=${Number(value) === hours}>${label}</option>`)}</select></label>
      <label>Service<input name="service" value=${service} placeholder="all"></label>
      <button class="primary">Show</button>
    </form>
    ${names.problem ? failed(names.problem) : unnamed(names)}
    ${calls.length ? html`
      <p class="muted">Calls in traces that began from ${time(from)} to ${time(to)} (${zone}). ${names.problem || areCut(names) ? nothing : 'Databases, queues and others that send no spans are dashed.'}
        ${calls.length > MAX_DRAWN ? `The busiest ${MAX_DRAWN} of ${number(total)} are drawn.` : nothing}</p>
      <div class="panel">
        <p class="zoom"><button @click=${() => resize((shown) => shown / ZOOM.step)} aria-label="Zoom out">−</button>
          <button @click=${() => resize((shown) => shown * ZOOM.step)} aria-label="Zoom in">+</button>
          <button @click=${() => resize(whole)}>Whole map</button></p>
        <div class="scroll pan">${picture(calls.slice(0, MAX_DRAWN), known)}</div></div>
      <div class="panel scroll"><table>
        <thead><tr><th>From</th><th>To</th><th>By</th><th class="num">Calls</th><th class="num">Failed</th><th class="num">Mean</th></tr></thead>
        <tbody>${repeat(calls, (call) => `${call.client}\n${call.server}\n${call.connection}`, (call) => html`<tr>
          <td class="wrap">${linked(call.client, known)}</td><td class="wrap">${linked(call.server, known)}</td>
          ${howItWent(call)}</tr>`)}</tbody></table></div>`
    : html`<p class="empty">No calls between services in this time. They come with traces that have spans of more than one service.</p>`}`;
}

/** What sends spans has a page. */
export const linked = (name, known) => known.has(name)
  ? html`<a href="#/services/${encodeURIComponent(name)}">${name}</a>` : html`<bdi>${name}</bdi>`;

/** What a call is by, how often, with which failures and how long. */
export const howItWent = (call) => html`<td class="muted">${call.connection.replace('_', ' ') || 'request'}</td>
  <td class="num">${number(call.count)}</td><td class="num">${failures(call.failed, call.count)}</td><td class="num">${duration(call.meanMs)}</td>`;

/** How large the picture is drawn, of its own size. Stays while the page is open: screens differ, so no address has it. */
let zoom = 1;

/** Draws it in another size, what was in the middle stays there. */
function resize(next) {
  const drawn = document.querySelector('svg.map');
  const place = drawn.parentElement;
  const {width, height} = drawn.viewBox.baseVal;
  const before = zoom;
  zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, next(zoom, place, width, height)));
  const middle = (from, length) => (from + length / 2) * zoom / before - length / 2;
  const [left, top] = [middle(place.scrollLeft, place.clientWidth), middle(place.scrollTop, place.clientHeight)];
  drawn.setAttribute('width', width * zoom);
  drawn.setAttribute('height', height * zoom);
  place.scrollTo(left, top);
  openToKeys();
}

const whole = (shown, place, width, height) => {
  const most = parseFloat(getComputedStyle(place).maxHeight);
  return Math.min(1, place.clientWidth / width, most / height);
};

/** A mouse drags it; fingers and keys scroll it without this. */
let moved = 0; // pixels, since it was grabbed
function grab({pointerType, button, pointerId, currentTarget}) {
  moved = 0;
  if (pointerType === 'mouse' && button === 0) currentTarget.setPointerCapture(pointerId);
}
function drag({pointerId, movementX, movementY, currentTarget}) {
  if (!currentTarget.hasPointerCapture(pointerId)) return;
  moved += Math.abs(movementX) + Math.abs(movementY);
  currentTarget.parentElement.scrollBy(-movementX, -movementY);
}

/** The click of a mouse is of what was grabbed, not of the box that it is on. */
function follow({target, currentTarget, clientX, clientY}) {
  if (target !== currentTarget || moved >= DRAGGED) return;
  const link = document.elementFromPoint(clientX, clientY)?.closest('a');
  if (link) location.hash = link.getAttribute('href');
}

/** Callers left of those they call, each service once. */
function picture(calls, known) {
  const places = layout(calls, known);
  const columns = Math.max(...[...places.values()].map(({column}) => column)) + 1;
  const rows = Math.max(...[...places.values()].map(({row}) => row)) + 1;
  const most = Math.max(...calls.map(({count}) => count));
  const width = (columns - 1) * BOX.across + BOX.width + 4;
  const height = (rows - 1) * BOX.down + BOX.height + 4;
  return html`<svg class="map" viewBox="0 0 ${width} ${height}" width=${width * zoom} height=${height * zoom} role="group"
      @pointerdown=${grab} @pointermove=${drag} @click=${follow} @dragstart=${(event) => event.preventDefault()}
      aria-label="${places.size} services and ${calls.length} connections, which the table below has too">
    ${calls.map((call) => edge(call, places, most))}
    ${[...places].map(([name, place]) => place.dashed ? box(name, place)
      : svg`<a href="#/services/${encodeURIComponent(name)}" aria-label=${name}>${box(name, place)}</a>`)}
  </svg>`;
}

function layout(calls, known) {
  const callers = new Map();
  for (const {client, server} of calls) {
    if (!callers.has(client)) callers.set(client, new Set());
    if (!callers.has(server)) callers.set(server, new Set());
    if (client !== server) callers.get(server).add(client);
  }
  const columns = new Map();
  // A circle of calls is entered somewhere: who is being placed counts as none.
  const column = (name, path) => {
    if (columns.has(name)) return columns.get(name);
    path.add(name);
    const found = Math.max(-1, ...[...callers.get(name)].filter((each) => !path.has(each)).map((each) => column(each, path))) + 1;
    path.delete(name);
    columns.set(name, found);
    return found;
  };
  const filled = [];
  for (const name of callers.keys()) (filled[column(name, new Set())] ??= []).push(name);
  // Each about as high as those that call it, so that few lines cross.
  const places = new Map();
  filled.forEach((names, at) => {
    const height = (name) => {
      const rows = [...callers.get(name)].filter((each) => places.has(each)).map((each) => places.get(each).row);
      return rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : Infinity;
    };
    const heights = new Map(names.map((name) => [name, height(name)]));
    names.sort((a, b) => heights.get(a) === heights.get(b) ? 0 : heights.get(a) - heights.get(b))
      .forEach((name, row) => places.set(name, {column: at, row, dashed: !known.has(name)}));
  });
  return places;
}

const x = ({column}) => 2 + column * BOX.across;
const y = ({row}) => 2 + row * BOX.down;

function edge({client, server, count, failed, meanMs}, places, most) {
  const [from, to] = [places.get(client), places.get(server)];
  const [x1, y1, x2, y2] = [x(from) + BOX.width, y(from) + BOX.height / 2, x(to), y(to) + BOX.height / 2];
  const bend = Math.max(40, (x2 - x1) / 2);
  const share = failed / count;
  return svg`<path class="edge ${share >= 0.05 ? 'bad' : share > 0 ? 'warn' : ''}" d="M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}"
    stroke-width=${1 + 4 * Math.sqrt(count / most)}><title>${client} → ${server}: ${number(count)} calls, ${number(failed)} failed, mean ${duration(meanMs)}</title></path>`;
}

function box(name, place) {
  const shown = name.length > 24 ? `${name.slice(0, 23)}…` : name;
  return svg`<g><title>${name}</title>
    <rect class="node ${place.dashed ? 'dashed' : ''}" x=${x(place)} y=${y(place)} width=${BOX.width} height=${BOX.height} rx="6"></rect>
    <text x=${x(place) + BOX.width / 2} y=${y(place) + BOX.height / 2 + 4} text-anchor="middle">${shown}</text></g>`;
}
