// Server-sent events out of text in pieces of any size, by the parsing rules of
// the HTML standard. `EventSource` itself can neither POST nor send headers.

/** Calls `onEvent({ type, data, id })` for every event and `onRetry(milliseconds)`. */
export class EventParser {
  /** The id of the last event, which names the place to resume at. */
  lastEventId = '';
  #id = '';
  #type = '';
  #data = [];
  #rest = '';
  #begun = false;
  #afterReturn = false;
  #onEvent;
  #onRetry;

  constructor({ onEvent, onRetry = () => {} }) {
    this.#onEvent = onEvent;
    this.#onRetry = onRetry;
  }

  /** Takes the next piece of decoded text. */
  feed(text) {
    if (text === '') return;
    if (!this.#begun) {
      this.#begun = true;
      if (text.startsWith('\ufeff')) text = text.slice(1);
    }
    // A CR that ended the last piece ended its line; this LF belongs to it.
    const belongs = this.#afterReturn && text.startsWith('\n');
    this.#afterReturn = text.endsWith('\r');
    if (belongs) text = text.slice(1);
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) this.#onRetry(Number(value));
  }

  #dispatch() {
    const [type, data] = [this.#type || 'message', this.#data];
    this.lastEventId = this.#id;
    this.#type = '';
    this.#data = [];
    // As the standard has it, an event without any data line is none.
    if (data.length === 0) return;
    this.#onEvent({ type, data: data.join('\n'), id: this.#id });
  }
}
