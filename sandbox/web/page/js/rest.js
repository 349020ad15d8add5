// Requests of the signed-in person to the REST interface. Hides the token, rate limits (waits and
// repeats, as the interface asks) and the two ways a body travels: JSON, or a form with files.

let base = "";
let token = "";

/** Speak to `url` as the owner of `secret` from now on. */
export function signIn(url, secret) {
  base = url;
  token = secret;
}

/** The interface refused; `message` is its own sentence, `status` its HTTP status. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? `The request failed (${status})`);
    this.status = status;
    this.code = body?.code;
    this.errors = body?.errors;
  }
}

const MOST_WAITS = 3;

async function send(method, path, options, waits = 0) {
  const answer = await fetch(base + path, {
    method,
    headers: { Authorization: token, ...options.headers },
    body: options.body,
  });
  const text = await answer.text();
  const body = text ? JSON.parse(text) : null;
  if (answer.status === 429 && waits < MOST_WAITS) {
    await new Promise((done) => setTimeout(done, (body.retry_after ?? 1) * 1000));
    return send(method, path, options, waits + 1);
  }
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

const json = (body) =>
  body === undefined
    ? {}
    : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };

export const get = (path) => send("GET", path, {});
export const put = (path, body) => send("PUT", path, json(body));
export const patch = (path, body) => send("PATCH", path, json(body));
export const remove = (path) => send("DELETE", path, {});

/** POST `body`, with `files` as the form parts `files[0]`, `files[1]`, … where there are any. */
export function post(path, body, files = []) {
  if (!files.length) return send("POST", path, json(body));
  const form = new FormData();
  form.append("payload_json", JSON.stringify(body));
  files.forEach((file, index) => form.append(`files[${index}]`, file, file.name));
  return send("POST", path, { body: form });
}
