// Asks the server; an answer that is no success becomes an error with the server's own sentence.

const ANSWER_MS = 15000; // longer than the server lets a query take

export async function get(path, params) {
  const query = params ? '?' + new URLSearchParams(params) : '';
  let reply;
  try {
    reply = await fetch(path + query, {signal: AbortSignal.timeout(ANSWER_MS)});
  } catch {
    throw new Error('Sluice does not answer; is it still running?');
  }
  const body = await reply.json().catch(() => null);
  if (!reply.ok) throw new Error(body?.error?.message ?? `the server answered ${reply.status}`);
  if (!body) throw new Error('the answer broke off');
  return body;
}

/** For a part of a view that the rest does without: in place of an answer, the sentence why there is none. */
export const part = (asked) => asked.catch(({message}) => ({problem: message}));

export async function change(method, path) {
  const reply = await fetch(path, {method});
  if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
}
