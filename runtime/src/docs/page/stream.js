// One call whose reply is a stream: it connects, reads, and goes on after a cut
// where the server can resume.
import { EventParser } from './events.js';

/** How long to wait after a cut until the server says otherwise, in milliseconds. */
const RETRY = 3000;
/** How many connections in a row may fail before a person decides. */
const ATTEMPTS = 5;

/**
 * Follows a stream to its end.
 *
 * `request` is `{ url, method, headers, body, resumable, bytes }`, with `bytes` for replies
 * that are none but bytes. `on` hears of it:
 * `open(response)`, `text(piece)`, `event({ type, data, id })`, `cut(milliseconds)`
 * before each new attempt. Resolves to `{ state, ... }`, where the state is
 * `ended`, `failed` (with `error`), `cut` or `stopped`; `lastEventId` is where
 * to resume.
 */
export async function follow(request, on, signal) {
  const headers = new Headers(request.headers);
  let wait = RETRY;
  let failures = 0;
  for (;;) {
    const id = headers.get('last-event-id') ?? '';
    const heard = { ...on, retry: (milliseconds) => { wait = milliseconds; } };
    const result = await connection({ ...request, headers }, heard, signal, id);
    failures = result.events > 0 ? 0 : failures + 1;
    const again = result.state === 'cut' && request.resumable && result.lastEventId !== '';
    if (!again || failures >= ATTEMPTS) return result;
    headers.set('last-event-id', result.lastEventId);
    on.cut(wait);
    if (!(await pause(wait, signal))) return { ...result, state: 'stopped' };
  }
}

async function connection({ url, method, headers, body, bytes }, on, signal, lastEventId) {
  let events = 0;
  let last = lastEventId;
  const done = (state, more) => ({ state, events, lastEventId: last, ...more });
  try {
    const response = await fetch(url, { method, headers, body, signal, cache: 'no-store' });
    on.open(response);
    if (!response.ok) return done('failed', { error: await problem(response) });
    if (response.status === 204) return done('ended');
    if (bytes) {
      for await (const piece of pieces(response.body)) {
        events += 1;
        on.text(piece);
        on.event({ type: 'bytes', data: piece, id: '' });
      }
      return done('ended');
    }
    const form = (response.headers.get('content-type') ?? '').split(';')[0].trim();
    if (form !== 'text/event-stream') {
      const data = await response.text();
      on.text(data);
      on.event({ type: 'reply', data, id: '' });
      return done('ended');
    }
    let over;
    const parser = new EventParser({
      onRetry: on.retry,
      onEvent: (event) => {
        if (over) return;
        events += 1;
        if (event.type === 'end') over = done('ended');
        else if (event.type === 'error') over = done('failed', { error: event.data, inStream: true });
        else on.event(event);
      },
    });
    for await (const piece of pieces(response.body)) {
      on.text(piece);
      parser.feed(piece);
      last = parser.lastEventId || last;
      if (over) return { ...over, events, lastEventId: last };
    }
    return done('cut');
  } catch (error) {
    if (signal.aborted) return done('stopped');
    return events > 0 || lastEventId ? done('cut') : done('failed', { error: error.message });
  }
}

async function* pieces(body) {
  const reader = body.pipeThrough(new TextDecoderStream('utf-8', { ignoreBOM: true })).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function problem(response) {
  const text = await response.text();
  return text || `HTTP ${response.status} ${response.statusText}`;
}

/** Waits; `false` if the signal ended the wait. */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const stop = () => { clearTimeout(timer); resolve(false); };
    const timer = setTimeout(() => { signal.removeEventListener('abort', stop); resolve(true); }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
