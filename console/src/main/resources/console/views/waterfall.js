// The spans of a trace below each other. Only the rows in sight are elements, so a trace may have as many spans as it likes.
import {html, nothing, render, svg} from '../lib/lit-html/lit-html.js';
import {ref} from '../lib/lit-html/directives/ref.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {part} from '../api.js';
import {note} from '../app.js';
import {duration, failed, number, pairs, redacted} from '../format.js';
import {further, lines, ofTrace} from './logs.js';

const COLOURS = 8;
const ROW = 27; // pixels, as the stylesheet has it
const BEYOND = 8; // rows above and below those in sight
const DETAIL = 220; // pixels, until it has been drawn

/** What is open, collapsed and looked for, kept while the same trace is shown. */
let state = {trace: null};

/**
 * @param page the newest logs of the trace; where it has more, those of a span are asked for when it is opened
 * @param chosen id of the span to begin at, open; null for the first
 */
export function waterfall(found, page, chosen, redraw) {
  if (state.trace?.traceId !== found.traceId) {
    if (state.box) state.box.scrollTop = 0; // the element is the next trace's, too
    state = {open: new Set(), collapsed: new Set(), heights: new Map(), logs: new Map(), active: null, sought: ''};
  }
  if (state.trace !== found) {
    state.trace = found;
    state.rows = tree(found.spans);
    show();
    look(state.sought);
  }
  state.page = page;
  const search = (event) => {
    look(event.target.value);
    redraw();
  };
  return html`
    ${chosen && !state.rows.some(({key}) => key === chosen) ? html`<p class="error">The span <bdi class="mono">${chosen}</bdi> is not here: ${
      found.spansOmitted ? 'it is among those left out, or never came' : 'it never came'}.</p>` : nothing}
    <form class="bar" role="search" @submit=${next}>
      <label class="grow">Find in this trace
        <input type="search" name="sought" value=${state.sought} placeholder="name, service, attribute or message"
          @input=${search}></label>
      <button>Next</button>
      <span class="count muted" role="status">${state.sought.trim() ? `${number(state.hits.length)} spans` : nothing}</span>
    </form>
    <div class="panel waterfall" role="group" aria-label="Spans, ${number(found.spans.length)}; arrow keys go through them, left and right close and open what is below"
      @scroll=${paint} @keydown=${navigate} ${ref((element) => place(element, chosen))}></div>`;
}

/** Begins at the span that was chosen: when it is another, and in an element that is new, as when one comes back. */
function place(element, chosen) {
  state.box = element ?? null;
  if (!element) return;
  if (state.chosen !== chosen || state.begun !== element) {
    Object.assign(state, {chosen, begun: element});
    if (chosen) begin();
  }
  paint();
}

/** At the span that was chosen, open. */
function begin() {
  state.open.add(state.chosen);
  requestAnimationFrame(() => { // once there is a height to scroll
    reveal(state.chosen);
    paint();
  });
}

/** A link to the span that is in the address already changes no address, and leads to it all the same. */
document.addEventListener('click', ({target}) => {
  if (state.box && state.chosen && target.closest('a')?.getAttribute('href') === location.hash) begin();
});

/** Children below their parent in order of their start. Spans whose parent is not there, or is in a circle, stand at the top. */
function tree(spans) {
  const children = new Map();
  const ids = new Set(spans.map((span) => span.spanId));
  const roots = [];
  for (const span of spans) {
    if (span.parentSpanId && ids.has(span.parentSpanId) && span.parentSpanId !== span.spanId) {
      if (!children.has(span.parentSpanId)) children.set(span.parentSpanId, []);
      children.get(span.parentSpanId).push(span);
    } else {
      roots.push(span);
    }
  }
  const rows = [];
  const seen = new Set();
  const walk = (start) => {
    const stack = [{span: start, depth: 0}];
    while (stack.length) {
      const next = stack.pop();
      if (seen.has(next.span)) continue;
      seen.add(next.span);
      rows.push(next);
      for (const child of [...(children.get(next.span.spanId) ?? [])].reverse()) {
        stack.push({span: child, depth: next.depth + 1});
      }
    }
  };
  roots.forEach(walk);
  spans.forEach((span) => seen.has(span) || walk(span));
  const times = new Map();
  for (const row of rows) { // ids may come twice, keys do not
    const {spanId} = row.span;
    const time = times.get(spanId) ?? 0;
    row.key = time ? `${spanId}-${time}` : spanId;
    times.set(spanId, time + 1);
  }
  // How many rows are below each: those that follow, until one is no deeper.
  const above = [];
  rows.forEach((row, i) => {
    while (above.length && rows[above[above.length - 1]].depth >= row.depth) {
      const at = above.pop();
      rows[at].below = i - at - 1;
    }
    above.push(i);
  });
  above.forEach((at) => { rows[at].below = rows.length - at - 1; });
  return rows;
}

/** Which rows there are while some are collapsed, and where each stands. */
function show() {
  state.shown = [];
  for (let i = 0; i < state.rows.length; i++) {
    const row = state.rows[i];
    state.shown.push(row);
    if (state.collapsed.has(row.key)) i += row.below;
  }
  state.places = new Map(state.shown.map(({key}, i) => [key, i]));
}

/** The rows with an open detail, each with its place and its height, from the top. */
function details() {
  return [...state.open].filter((id) => state.places.has(id))
    .map((id) => [state.places.get(id), state.heights.get(id) ?? DETAIL]).sort(([a], [b]) => a - b);
}

const topOf = (place, opened) => opened.reduce((top, [at, height]) => at < place ? top + height : top, place * ROW);

function rowAt(pixels, opened) {
  let above = 0;
  for (const [at, height] of opened) {
    const begin = (at + 1) * ROW + above;
    if (pixels < begin) break;
    if (pixels < begin + height) return at;
    above += height;
  }
  return Math.max(0, Math.min(state.shown.length - 1, Math.floor((pixels - above) / ROW)));
}

/** Draws the rows in sight, and once more when their details are not as high as was thought. */
function paint() {
  if (drawRows()) drawRows();
}

function drawRows() {
  const {box, shown} = state;
  if (!box) return false;
  const opened = details();
  const height = box.clientHeight || window.innerHeight;
  const first = Math.max(0, rowAt(box.scrollTop, opened) - BEYOND);
  const end = Math.min(shown.length, rowAt(box.scrollTop + height, opened) + BEYOND + 1);
  state.active = state.places.has(state.active) ? state.active : shown[0]?.key;
  const away = state.places.get(state.active);
  const rows = shown.slice(first, end);
  // The row with the focus stays an element, at its end of the others: moved or made anew it would lose the focus.
  if (away < first) rows.unshift(shown[away]);
  if (away >= end) rows.push(shown[away]);
  render(html`<div .style=${`padding: ${topOf(first, opened)}px 0 ${topOf(shown.length, opened) - topOf(end, opened)}px`}>
    ${repeat(rows, ({key}) => key, (each) => row(each, each === shown[away] && (away < first || away >= end)))}
  </div>`, box);
  let other = false;
  for (const element of box.querySelectorAll('.detail[data-span]')) {
    const measured = element.offsetHeight;
    if (measured && state.heights.get(element.dataset.span) !== measured) {
      state.heights.set(element.dataset.span, measured);
      other = true;
    }
  }
  return other;
}

function row({span, depth, below, key}, away) {
  const expanded = state.open.has(key);
  const toggle = () => {
    if (expanded) {
      state.open.delete(key);
      state.logs.delete(span.spanId);
    } else {
      state.open.add(key);
    }
    state.active = key;
    if (!expanded || state.chosen === key) {
      state.chosen = expanded ? null : key;
      note({span: state.chosen ?? ''});
    }
    paint();
  };
  const collapsed = state.collapsed.has(key);
  const total = Math.max(state.trace.durationMs, 0.001);
  const x = Math.min(99.5, Math.max(0, span.offsetMs / total * 100));
  const width = Math.max(0.4, Math.min(100 - x, span.durationMs / total * 100));
  const colour = state.trace.services.indexOf(span.service) % COLOURS;
  return html`<div class="row ${away ? 'away' : ''} ${state.hits.includes(key) ? 'hit' : ''}">
    ${below ? html`<button class="twist" tabindex="-1" aria-label="${collapsed ? 'Open' : 'Close'} the ${number(below)} spans below"
      @click=${() => fold(key, !collapsed)}>${collapsed ? '▸' : '▾'}</button>` : html`<span></span>`}
    <button class="span" aria-expanded=${expanded ? 'true' : 'false'} data-span=${key}
      tabindex=${key === state.active ? '0' : '-1'} @click=${toggle}>
      <span class="label">${'\u2003'.repeat(Math.min(depth, 12))}<b>${span.service}</b> ${redacted(span.name)}
        ${span.orphan ? html`<span class="badge warn" title="${span.parentSpanId} never came">parent missing</span>` : nothing}
        ${span.cyclic ? html`<span class="badge warn" title="it is a parent of its own parents">in a circle</span>` : nothing}
        ${span.status === 'error' ? html`<span class="badge bad">error</span>` : nothing}
        ${collapsed ? html`<span class="badge">+${number(below)}</span>` : nothing}</span>
      <svg class="track" role="img" aria-label="starts after ${duration(span.offsetMs)}, takes ${duration(span.durationMs)}${
        span.criticalPathMs ? `, ${duration(span.criticalPathMs)} on the critical path` : ''}">
        ${svg`<rect class="s${colour}" x="${x}%" y="3" width="${width}%" height="12" rx="2"></rect>
        ${span.criticalPathMs ? svg`<rect class="critical" x="${x}%" y="16" width="${width}%" height="2"></rect>` : nothing}
        ${barLabel(x, width, duration(span.durationMs))}`}
      </svg>
    </button></div>
    ${expanded && !away ? detail(span, key) : nothing}`;
}

/** Behind the bar where there is room, before it, or else inside. */
function barLabel(x, width, text) {
  if (x + width < 88) return svg`<text x="${x + width + 0.5}%" y="13">${text}</text>`;
  if (x > 12) return svg`<text x="${x - 0.5}%" y="13" text-anchor="end">${text}</text>`;
  return svg`<text class="inside" x="${x + width - 0.5}%" y="13" text-anchor="end">${text}</text>`;
}

/** The lines of a span: undefined until they are there. */
function logsOf({spanId}) {
  const {page, logs, trace} = state;
  if (page.problem) return page;
  if (!page.nextCursor) return {logs: page.logs.filter((log) => log.spanId === spanId)};
  if (!logs.has(spanId)) {
    logs.set(spanId, undefined);
    part(ofTrace(trace.traceId, spanId)).catch(({message}) => ({problem: message})).then((answer) => {
      if (logs.has(spanId)) logs.set(spanId, answer);
      paint();
    });
  }
  return logs.get(spanId);
}

function logLines(span) {
  const page = logsOf(span);
  if (!page) return html`<p class="muted">Looking for its logs …</p>`;
  if (page.problem) return failed(page.problem);
  return page.logs.length ? html`<p><b>Logs of this span</b></p>${lines(page.logs)}${further(page, state.trace.traceId, span.spanId)}` : nothing;
}

function detail(span, key) {
  return html`<div class="detail" data-span=${key}>
    <p class="muted">${span.kind} span <a class="mono" href="#/traces/${state.trace.traceId}?span=${span.spanId}">${span.spanId}</a>${span.scope ? html` by ${span.scope}` : nothing},
      starts after ${duration(span.offsetMs)}, own time ${duration(span.selfMs)}${
      span.clockShiftMs ? html`, its clock put ${
        span.clockShiftMs < 0 ? 'back' : 'forward'} by ${duration(Math.abs(span.clockShiftMs))}` : nothing}${
      span.criticalPathMs ? html`, ${duration(span.criticalPathMs)} of it on the critical path` : nothing}
      ${span.statusMessage ? html`· <span class="badge bad">${redacted(span.statusMessage)}</span>` : nothing}</p>
    ${pairs(span.attributes)}
    ${span.events.map((event) => html`<p><b>${event.name}</b> <span class="muted">after ${duration(event.offsetMs)}</span></p>
      ${pairs(event.attributes)}`)}
    ${span.links.map((link) => html`<p><b>Link</b> to <a class="mono" href="#/traces/${link.traceId}?span=${link.spanId}">${link.traceId}</a></p>
      ${pairs(link.attributes)}`)}
    ${logLines(span)}
    <p><b>Resource</b></p>
    ${pairs(span.resource)}
  </div>`;
}

function fold(key, collapsed) {
  collapsed ? state.collapsed.add(key) : state.collapsed.delete(key);
  state.active = key;
  show();
  paint();
}

/** Opens what a span is below, and brings it into sight. */
function reveal(wanted) {
  const at = state.rows.findIndex(({key}) => key === wanted);
  if (at < 0) return;
  let depth = state.rows[at].depth;
  for (let i = at; i >= 0 && depth > 0; i--) {
    if (state.rows[i].depth < depth) {
      depth = state.rows[i].depth;
      state.collapsed.delete(state.rows[i].key);
    }
  }
  show();
  state.active = wanted;
  paint(); // there may be more to scroll now
  bring(state.places.get(wanted));
}

function bring(place) {
  const {box} = state;
  const top = topOf(place, details());
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + 2 * ROW - box.clientHeight;
}

function navigate(event) {
  if (!event.target.matches('button.span')) return;
  const {shown, places, box} = state;
  const place = places.get(event.target.dataset.span);
  const {key, below} = shown[place];
  const page = Math.max(1, Math.floor(box.clientHeight / ROW) - 1);
  const to = {ArrowDown: place + 1, ArrowUp: place - 1, PageDown: place + page, PageUp: place - page, Home: 0, End: shown.length - 1}[event.key];
  if (to !== undefined) {
    const wanted = Math.max(0, Math.min(shown.length - 1, to));
    state.active = shown[wanted].key;
    bring(wanted);
  } else if (event.key === 'ArrowLeft' && below) {
    fold(key, true);
  } else if (event.key === 'ArrowRight' && below) {
    fold(key, false);
  } else {
    return;
  }
  event.preventDefault();
  paint();
  focusActive();
}

const focusActive = () => state.box.querySelector(`button.span[data-span="${state.active}"]`)?.focus({preventScroll: true});

/** Which spans have the text: in their names, attributes, resources, messages or events. */
function look(text) {
  state.sought = text;
  const wanted = text.trim().toLowerCase();
  const within = (text) => text.toLowerCase().includes(wanted);
  const among = (attributes) => Object.entries(attributes).some(([name, value]) => within(`${name}=${value}`));
  const has = (span) => within(`${span.service} ${span.name} ${span.statusMessage}`) || among(span.attributes) || among(span.resource)
    || span.events.some((event) => within(event.name) || among(event.attributes));
  state.hits = wanted ? state.rows.filter(({span}) => has(span)).map(({key}) => key) : [];
}

/** Goes to the next span that has the text. */
function next(event) {
  event.preventDefault();
  if (!state.hits.length) return;
  reveal(state.hits[(state.hits.indexOf(state.active) + 1) % state.hits.length]);
  paint();
}
