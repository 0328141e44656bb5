// Follows the logs as they come. One stream at a time; it ends when the page shows something else.
import {refresh} from './app.js';
import {TokenWanted, stream} from './api.js';

const KEPT = 500;
const REDRAW_MS = 500;
const AGAIN_MS = 3000;
const SILENT_MS = 10000; // the server says every second how it stands

let tail = null;

/**
 * What has come since the stream with these filters began. One that has ended is opened anew, by the next view that asks or
 * after a while, and goes on with what it had.
 *
 * @throws what the server has against the filters, as for a search
 */
export async function following(filters) {
  const query = filters.toString();
  if (tail?.query !== query) {
    stopFollowing();
    tail = {query, logs: [], came: 0, drawn: 0, shown: 0, dropped: 0, passedOver: 0, following: false, endedAt: null, saidEndedAt: null, controller: null, opened: null, again: null};
  }
  const mine = tail;
  mine.opened ??= open(mine);
  await mine.opened;
  return mine;
}

/** How many lines came since those on the page were drawn. */
export const cameSince = () => tail ? tail.came - tail.drawn : 0;

/** When they were last interrupted, where the page does not say so yet. */
export const interruptedSince = () => tail && tail.endedAt !== tail.saidEndedAt ? tail.endedAt : null;

/** What the page shows of it now. */
export function drawn(mine) {
  Object.assign(mine, {drawn: mine.came, saidEndedAt: mine.endedAt});
}

export function stopFollowing() {
  clearTimeout(tail?.again);
  tail?.controller?.abort();
  tail = null;
}

window.addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#/logs')) stopFollowing();
});

async function open(mine) {
  const controller = new AbortController();
  mine.controller = controller;
  try {
    read(mine, await stream('/api/v1/logs/tail', mine.query, controller), controller);
  } catch (problem) {
    mine.opened = null;
    throw problem;
  }
}

async function read(mine, reader, controller) {
  const before = {shown: mine.shown, dropped: mine.dropped, passedOver: mine.passedOver}; // the server counts each stream from its beginning
  let text = '';
  let drawn = -REDRAW_MS;
  try {
    for (;;) {
      const silent = setTimeout(() => controller.abort(), SILENT_MS); // a connection that is gone may say nothing of it
      const {done, value} = await reader.read();
      clearTimeout(silent);
      if (done) break;
      text += value;
      const events = text.split('\n\n');
      text = events.pop();
      events.forEach((event) => take(mine, event, before));
      if (tail === mine && performance.now() - drawn > REDRAW_MS) {
        drawn = performance.now();
        refresh();
      }
    }
  } catch {
    // It broke off; whoever stopped it has another one, or none.
  }
  controller.abort();
  Object.assign(mine, {opened: null, following: false, endedAt: Date.now()});
  goOn(mine);
}

/** Also while nothing is drawn, as what is held is not. */
function goOn(mine) {
  clearTimeout(mine.again);
  mine.again = setTimeout(() => {
    if (tail !== mine) return;
    mine.opened ??= open(mine);
    mine.opened.catch((problem) => { if (!(problem instanceof TokenWanted)) goOn(mine); });
  }, AGAIN_MS);
}

function take(mine, event, before) {
  const field = (name) => event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = JSON.parse(field('data') ?? 'null');
  if (field('event') === 'log') {
    mine.came++;
    mine.logs.unshift(data);
    mine.logs.length = Math.min(mine.logs.length, KEPT);
  } else if (data) {
    Object.assign(mine, {following: data.following, shown: before.shown + data.shown, dropped: before.dropped + data.dropped,
      passedOver: before.passedOver + data.passedOver});
  }
}
