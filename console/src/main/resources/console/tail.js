// Follows the logs as they come. One stream at a time; it ends when the page shows something else.
import {TokenWanted, headers} from './api.js';

const KEPT = 500;
const REDRAW_MS = 500;

let stream = null;

/** What has come since the stream with these filters began. */
export async function following(filters, redraw) {
  const query = filters.toString();
  if (stream?.query !== query) {
    stopFollowing();
    stream = begin(query, redraw);
    await stream.opened; // a filter that cannot be read is said as for a search
  }
  return stream;
}

export function stopFollowing() {
  stream?.controller.abort();
  stream = null;
}

window.addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#/logs')) stopFollowing();
});

function begin(query, redraw) {
  const mine = {query, controller: new AbortController(), logs: [], shown: 0, dropped: 0, following: false, problem: ''};
  mine.opened = open(mine, redraw);
  return mine;
}

async function open(mine, redraw) {
  const reply = await fetch(`/api/v1/logs/tail?${mine.query}`, {headers: headers(), signal: mine.controller.signal});
  if (!reply.ok) {
    const body = await reply.json().catch(() => null);
    if (stream === mine) stream = null;
    const message = body?.error?.message ?? `the server answered ${reply.status}`;
    throw reply.status === 401 ? new TokenWanted(message) : new Error(message);
  }
  read(mine, reply.body.pipeThrough(new TextDecoderStream()).getReader(), redraw);
}

async function read(mine, reader, redraw) {
  let text = '';
  let drawn = 0;
  try {
    for (;;) {
      const {done, value} = await reader.read();
      if (done) break;
      text += value;
      const events = text.split('\n\n');
      text = events.pop();
      events.forEach((event) => take(mine, event));
      if (stream === mine && Date.now() - drawn > REDRAW_MS && !document.activeElement?.closest?.('form')) {
        drawn = Date.now();
        redraw();
      }
    }
    mine.problem = 'the server ended the stream: search again to go on';
  } catch (problem) {
    if (problem.name === 'AbortError') return;
    mine.problem = 'the stream broke off: search again to go on';
  }
  if (stream === mine) redraw();
}

function take(mine, event) {
  const field = (name) => event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = JSON.parse(field('data') ?? 'null');
  if (field('event') === 'log') {
    mine.logs.unshift(data);
    mine.logs.length = Math.min(mine.logs.length, KEPT);
  } else if (data) {
    Object.assign(mine, data);
  }
}
