// Asks the server; an answer that is no success becomes an error with the server's own sentence.

export async function get(path, params) {
  const query = params ? '?' + new URLSearchParams(params) : '';
  let reply;
  try {
    reply = await fetch(path + query);
  } catch {
    throw new Error('Sluice does not answer; is it still running?');
  }
  const body = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(body.error?.message ?? `the server answered ${reply.status}`);
  return body;
}

export async function change(method, path) {
  const reply = await fetch(path, {method});
  if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
}
