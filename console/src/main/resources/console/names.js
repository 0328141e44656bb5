// Names of services, to choose from and to link to.
import {html, nothing} from './lib/lit-html/lit-html.js';
import {repeat} from './lib/lit-html/directives/repeat.js';
import {get, keeping, part} from './api.js';
import {number} from './format.js';

const kept = keeping(10000);

/** In place of them, where there is no answer, the sentence why. */
export const serviceNames = () => part(kept('', () => get('/api/v1/services')));

/** Whether an answer has a part of the names only: senders may invent any number of them. */
export const areCut = ({services = [], total}) => total > services.length;

/** Services that send spans. Where not all names are there, none is said to send no spans. */
export const known = (names) => names.problem || areCut(names) ? {has: () => true} : new Set(names.services);

/** How many are not named; nothing where all are. */
export const unnamed = (names) => areCut(names)
  ? html`<p class="muted">The names of ${number(names.services.length)} of ${number(names.total)} services are known here.</p>` : nothing;

/** A field of a form. What was chosen stays to choose, known or not. */
export const chooseService = (names, chosen) => areCut(names) ? among(names, chosen) : select(names, chosen);

/** Where they are too many to choose from, one is written. */
const among = ({services, total}, chosen) => html`<label>Service
  <input name="service" list="names" value=${chosen ?? ''} placeholder="one of ${number(total)}">
  <datalist id="names">${services.map((name) => html`<option value=${name}></option>`)}</datalist></label>`;

const select = ({services = []}, chosen) => html`<label>Service<select name="service">
  <option value="" ?selected=${!chosen}>any</option>${repeat(!chosen || services.includes(chosen) ? services : [chosen, ...services], (name) => name,
    (name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}</select></label>`;
