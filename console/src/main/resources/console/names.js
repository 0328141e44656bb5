// Names of services, to choose from and to link to.
import {html} from './lib/lit-html/lit-html.js';
import {repeat} from './lib/lit-html/directives/repeat.js';
import {get, keeping, part} from './api.js';

const kept = keeping(10000);

/** In place of them, where there is no answer, the sentence why. */
export const serviceNames = () => part(kept('', () => get('/api/v1/services')));

/** A field of a form. What was chosen stays to choose, known or not. */
export const chooseService = ({services = []}, chosen) => html`<label>Service<select name="service">
  <option value="" ?selected=${!chosen}>any</option>${repeat(!chosen || services.includes(chosen) ? services : [chosen, ...services], (name) => name,
    (name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}</select></label>`;
