// The page: picks the view that the address names, draws it, and draws it again every few seconds.
import {html, nothing, render} from './lib/lit-html/lit-html.js';
import {TokenWanted, forgetToken, get, hasToken, keeping, useToken} from './api.js';
import {number, time, usePlaceholders} from './format.js';
import {cameSince, interruptedSince} from './tail.js';
import {overview} from './views/overview.js';
import {traces, trace} from './views/traces.js';
import {logs} from './views/logs.js';
import {map} from './views/map.js';
import {service} from './views/services.js';
import {slos, slo} from './views/slos.js';
import {alerts, alert, runbook} from './views/alerts.js';
import {databases} from './views/databases.js';
import {cardinality} from './views/cardinality.js';
import {redactions} from './views/redactions.js';
import {pipeline} from './views/pipeline.js';

const REFRESH_MS = 3000;
const placeholders = keeping(60000); // rules change seldom
const SECTIONS = [
  ['', 'Overview', overview],
  ['traces', 'Traces', traces, trace],
  ['logs', 'Logs', logs],
  ['map', 'Map', map],
  ['databases', 'Databases', databases],
  ['slos', 'SLOs', slos, slo],
  ['alerts', 'Alerts', alerts, alert],
  ['redactions', 'Redactions', redactions],
  ['cardinality', 'Cardinality', cardinality],
  ['pipeline', 'Pipeline', pipeline],
  ['services', null, null, service],
  ['runbooks', null, null, runbook],
];

const main = document.getElementById('main');
const nav = document.getElementById('nav');
const status = document.getElementById('status');
const who = document.getElementById('who');
let drawing = 0;
let waiting = false;
let shown = null; // the address whose view stands there
let asked = null; // the address whose view was asked for last
let refused = false; // whether what stands there says so of its search
let edited = null; // the text field that was changed last, until its form is sent
main.replaceChildren(); // what stood there until the script ran
render(html`<p class="muted">Loading…</p>`, main);

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // its address would be taken for a view's
  main.focus();
});

/** The address after '#': the view, its item, and its filters. The whole view is in it. */
function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [section, ...rest] = path.split('/');
  return {section, item: rest.map(decoded).join('/'), params: new URLSearchParams(query)};
}

/** What is no encoding stands for itself: people write addresses too. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a view with these filters, and with others in place of some; empty for none. */
export function href(section, params, others = {}) {
  const query = new URLSearchParams([...params].filter(([, value]) => value !== ''));
  Object.entries(others).forEach(([name, value]) => value === '' ? query.delete(name) : query.set(name, value));
  const text = query.toString();
  return `#/${section}${text ? '?' + text : ''}`;
}

/** Puts filters into the address, and draws the view of it; the same address again, too. */
export function go(section, params, others) {
  const address = href(section, params, others);
  if (address === location.hash) draw();
  else location.hash = address;
}

/** Puts what was opened in the view that stands there into its address. Nothing is drawn for it, nor of what was asked for before. */
export function note(others) {
  if (location.hash !== shown) return; // it goes: the address is another view's
  const [path, query] = location.hash.split('?');
  history.replaceState(history.state, '', href(path.slice(2), new URLSearchParams(query), others));
  shown = asked = location.hash;
  drawing++; // what is under way is of the address before
  waiting = false;
}

/** A link that asks for this service alone; what was chosen besides stays. */
export const ofService = (section, service, params) => service
  ? html`<a href=${href(section, params, {service})}>${service}</a>` : '(none)';

/** Asks for a token. It goes into headers only. */
function login(problem) {
  const enter = (event) => {
    event.preventDefault();
    const input = event.target.elements.token;
    useToken(input.value.trim());
    input.value = '';
    document.activeElement?.blur();
    draw();
  };
  return html`
    <h1>Sluice asks who you are</h1>
    <form class="bar panel" @submit=${enter}>
      <label class="grow">Token
        <input name="token" type="password" required autocomplete="off" spellcheck="false"></label>
      <button class="primary">Enter</button>
    </form>
    ${hasToken() ? html`<p class="error" role="alert">${problem.message}</p>` : nothing}
    <p class="muted">Whoever runs Sluice gives you one. It is kept in this tab until you close it.</p>`;
}

/** Nothing of what the token showed stays in the page, nor goes on in it. */
function leave() {
  forgetToken();
  location.reload();
}

/**
 * A view is a template, or a function that makes one and may change what it keeps: it is called only when it is still wanted.
 * One whose search was refused has the sentence why in `problem`, and whether that passes.
 */
async function draw(refreshing = false) {
  const mine = ++drawing;
  asked = location.hash;
  refused = false;
  const at = route();
  const [section, , list, single] = SECTIONS.find(([name]) => name === at.section) ?? [];
  const wanted = at.item ? single : list;
  render(SECTIONS.filter(([, label]) => label).map(([name, label]) => html`
    <a href="#/${name}" aria-current=${name === section ? 'page' : nothing}>${label}</a>`), nav);
  render(hasToken() ? html`<button @click=${leave}>Leave</button>` : nothing, who);
  waiting = true;
  try {
    if (!wanted) throw new Error(`there is no such page: ${location.hash}`);
    await learnPlaceholders();
    if (mine !== drawing) return; // a view that nobody wants begins nothing
    const view = at.item ? await single(at.item, at.params, redraw) : await list(at.params, redraw);
    if (mine !== drawing || (refreshing && isHeld())) return;
    if (refreshing && asked === shown && view.problem) throw new Error(view.problem); // what was found before stays
    refused = Boolean(view.problem) && !view.passes;
    render(typeof view === 'function' ? view() : view, main);
    openToKeys();
    sayHeld();
    document.title = `${main.querySelector('h1')?.textContent ?? 'Sluice'} – Sluice`;
    if (asked !== shown) {
      resetForms();
      window.scrollTo(0, history.state?.scroll ?? 0);
      // What had the focus is gone with its view: keys go on in the new one, not at the top of the page.
      if (shown !== null && document.activeElement === document.body) main.focus({preventScroll: true});
      performance.mark('view'); // how long the first one took is in the browser's tools, and in a test
    }
    shown = asked;
  } catch (problem) {
    if (mine !== drawing) return;
    if (problem instanceof TokenWanted) {
      render(login(problem), main);
      shown = null;
    } else if (asked === shown) {
      status.textContent = `not refreshed: ${problem.message}`;
    } else {
      render(html`<h1>Nothing to show</h1><p class="error" role="alert">${problem.message}</p>`, main);
      shown = null;
    }
  } finally {
    if (mine === drawing) waiting = false;
  }
}

/** While nobody knows them, none is marked: what only looks like one is not said to be one. */
async function learnPlaceholders() {
  try {
    usePlaceholders((await placeholders('', () => get('/api/v1/redactions/placeholders'))).placeholders);
  } catch {
    // A view says itself what is wrong, and needs them for marks only.
  }
}

/** What is larger than its place is scrolled by keys, too. */
export function openToKeys() {
  for (const part of main.querySelectorAll('.scroll')) {
    if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
    else part.removeAttribute('tabindex');
  }
}

/** Before a click leads away, for who comes back. Where one went back to is drawn later than browsers scroll. */
function keepPlace() {
  history.replaceState({scroll: window.scrollY}, '');
}

history.scrollRestoration = 'manual';
for (const leaving of ['click', 'submit']) document.addEventListener(leaving, keepPlace, true);
window.addEventListener('resize', openToKeys);
window.addEventListener('hashchange', redraw);
document.addEventListener('input', ({target}) => { edited = target.matches('input:not([type=checkbox])') ? target : null; });
document.addEventListener('submit', () => { edited = null; });

function redraw() {
  draw();
}

/** What was typed, and not sent, was for the list that stood there before. Fields have what the address has as their attributes. */
function resetForms() {
  main.querySelectorAll('form').forEach((form) => form.reset());
  edited = null;
}

/** By which users keep a list as it is. */
export const hold = () => html`<label class="hold"><input type="checkbox" name="hold" autocomplete="off"> Hold</label>`;

/** Whether a list stays as it is: by its box, or while one of its lines is open, which newer ones would push out. */
const isHeld = () => main.querySelector('input[name=hold]:checked, .log[open]:not(.marked)') !== null;

function sayHeld() {
  const [came, interrupted] = [cameSince(), interruptedSince()];
  status.textContent = isHeld()
    ? ['held', came && `${number(came)} came since`, interrupted && `interrupted at ${time(interrupted)}`].filter(Boolean).join('; ') : '';
}

function holdOrGoOn() {
  if (isHeld()) sayHeld();
  else refresh();
}

document.addEventListener('toggle', ({target}) => { if (target.matches('.log:not(.marked)')) holdOrGoOn(); }, true);
document.addEventListener('change', ({target}) => { if (target.name === 'hold') holdOrGoOn(); });

/**
 * Draws what there is now, unless it is held, somebody writes into a field of it, or its search was refused, as it would be
 * again. A slow answer is waited for: asking again would drop it. What stands in fields that were left stays there.
 */
export function refresh() {
  const writing = edited !== null && edited === document.activeElement;
  if (!waiting && !writing && !refused && !document.hidden && !isHeld()) draw(true);
}

setInterval(holdOrGoOn, REFRESH_MS);
draw();
