// Asks the server; an answer that is no success becomes an error with the server's own sentence.

const ANSWER_MS = 15000; // until it begins: longer than the server lets a query take
const SENT_MS = 60000; // from then on: as long as the server sends it

/** Where the token lies: this tab alone, until it is closed, and never in an address. */
const TOKEN = 'sluice.token';

/** An answer that is none: asked for once more, it would be the same, but where the server says to come again. */
export class Refused extends Error {}

/** The server wants a token, or another one. */
export class TokenWanted extends Refused {}

export const hasToken = () => sessionStorage.getItem(TOKEN) !== null;
export const useToken = (token) => sessionStorage.setItem(TOKEN, token);
export const forgetToken = () => sessionStorage.removeItem(TOKEN);

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : {authorization: `Bearer ${token}`};
}

async function ask(path, params, signal) {
  const query = params ? '?' + new URLSearchParams(params) : '';
  let reply;
  try {
    reply = await fetch(path + query, {headers: headers(), signal});
  } catch {
    throw new Error('Sluice does not answer; is it still running?');
  }
  if (reply.ok) return reply;
  const body = await reply.json().catch(() => null);
  const message = body?.error?.message ?? `the server answered ${reply.status}`;
  throw Object.assign(reply.status === 401 ? new TokenWanted(message) : new Refused(message), {passes: reply.headers.has('retry-after')});
}

/** What comes in time, or else is aborted. */
async function within(ms, controller, coming) {
  const late = setTimeout(() => controller.abort(), ms);
  try {
    return await coming;
  } finally {
    clearTimeout(late);
  }
}

const begun = (path, params, controller) => within(ANSWER_MS, controller, ask(path, params, controller.signal));

export async function get(path, params) {
  const controller = new AbortController();
  const reply = await begun(path, params, controller);
  const body = await within(SENT_MS, controller, reply.json().catch(() => null));
  if (!body) throw new Error('the answer broke off');
  return body;
}

/** An answer that goes on, as text, until it ends or is aborted. Only its beginning must come in time. */
export async function stream(path, params, controller) {
  const reply = await begun(path, params, controller);
  return reply.body.pipeThrough(new TextDecoderStream()).getReader();
}

/**
 * Keeps the newest answer for a while: what is large or takes long need not be asked for each time that its view is
 * drawn anew. One that is on its way is waited for. What fails is not kept.
 */
export function keeping(ms) {
  let kept = {};
  return (key, ask) => {
    if (kept.key !== key || performance.now() > kept.until) { // the clock may be set
      const mine = kept = {key, answer: ask(), until: Infinity};
      mine.answer.then(() => { mine.until = performance.now() + ms; }, () => { mine.until = 0; });
    }
    return kept.answer;
  };
}

/** For a part of a view that the rest does without: in place of an answer, the sentence why there is none. */
export const part = (asked) => asked.catch((problem) => {
  if (problem instanceof TokenWanted) throw problem;
  return {problem: problem.message};
});

/** For a search, whose form stays to be put right: in place of what was found, the sentence why it was refused. */
export async function search(ask) {
  try {
    return await ask();
  } catch (problem) {
    if (!(problem instanceof Refused) || problem instanceof TokenWanted) throw problem;
    return {problem: problem.message, passes: problem.passes};
  }
}

export async function change(method, path) {
  const reply = await fetch(path, {method, headers: headers()});
  const body = await reply.json().catch(() => null);
  if (!reply.ok) throw new Error(body?.error?.message ?? `the server answered ${reply.status}`);
}
