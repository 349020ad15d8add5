// The gateway socket of the signed-in person. Hides heartbeats, sequence numbers, resuming and
// reconnecting; hands out dispatches and whether the line is up.

const DISPATCH = 0;
const HEARTBEAT = 1;
const IDENTIFY = 2;
const RESUME = 6;
const RECONNECT = 7;
const INVALID = 9;
const HELLO = 10;
const LONGEST_PAUSE = 15000;
const NEVER_AGAIN = new Set([4004, 4010, 4011, 4012, 4013, 4014]);

export class Gateway {
  /** `heard(type, body)` takes each dispatch, `line(up)` each change of the connection. */
  constructor(address, token, heard, line) {
    Object.assign(this, { address, token, heard, line });
    this.session = null;
    this.sequence = null;
    this.failures = 0;
    this.closed = false;
    this.open();
  }

  open() {
    const url = new URL(this.address, location.href.replace(/^http/, "ws"));
    url.search = "?v=10&encoding=json";
    this.socket = new WebSocket(url);
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onclose = (event) => this.lost(event.code);
  }

  /** Leave for good. */
  close() {
    this.closed = true;
    clearInterval(this.beat);
    clearTimeout(this.retry);
    this.socket.close(1000);
  }

  send(op, d) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op, d }));
  }

  take({ op, d, s, t }) {
    if (this.closed) return;
    if (s) this.sequence = s;
    if (op === HELLO) this.greet(d.heartbeat_interval);
    else if (op === HEARTBEAT) this.send(HEARTBEAT, this.sequence);
    else if (op === RECONNECT) this.socket.close(4000);
    else if (op === INVALID) this.startOver(d);
    else if (op === DISPATCH) this.dispatch(t, d);
  }

  greet(interval) {
    clearInterval(this.beat);
    this.beat = setInterval(() => this.send(HEARTBEAT, this.sequence), interval);
    if (this.session) {
      this.send(RESUME, { token: this.token, session_id: this.session, seq: this.sequence });
    } else {
      this.send(IDENTIFY, {
        token: this.token,
        properties: { os: "web", browser: "page", device: "" },
      });
    }
  }

  dispatch(type, body) {
    if (type === "READY") this.session = body.session_id;
    if (type === "READY" || type === "RESUMED") {
      this.failures = 0;
      this.line(true);
    }
    this.heard(type, body);
  }

  startOver(resumable) {
    if (!resumable) this.session = null;
    this.socket.close(4000);
  }

  lost(code) {
    clearInterval(this.beat);
    if (this.closed) return;
    this.line(false);
    if (NEVER_AGAIN.has(code)) return;
    if (code === 4007 || code === 4009 || this.failures > 3) this.session = null;
    const pause = Math.min(LONGEST_PAUSE, 400 * 2 ** this.failures++);
    this.retry = setTimeout(() => this.open(), pause);
  }
}
