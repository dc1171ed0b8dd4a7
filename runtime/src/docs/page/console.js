// The console for streams: choose an rpc, edit its request, and watch the
// replies arrive.
import { dotted, element, index, labelled, prose, within } from './dom.js';
import { query, root, sample, streams } from './contract.js';
import { Output } from './output.js';
import { follow } from './stream.js';

export function show(view, openapi) {
  const all = streams(openapi);
  if (all.length === 0) {
    view.append(element('p', { class: 'notice' }, 'No rpc of this contract streams over HTTP.'));
    return null;
  }
  const panels = new Map();
  const panel = element('div', { class: 'panel' });
  const items = all.map((one) => {
    const group = one.operation.tags?.[0] ?? '';
    return { id: one.id, group, name: within(group, one.id), note: place(one) };
  });
  const side = element('nav', { class: 'side', 'aria-label': 'Streaming rpcs' }, index('streams', items));
  view.append(element('div', { class: 'split' }, side, panel));
  return {
    choose(id) {
      const chosen = all.find((one) => one.id === id) ?? all[0];
      for (const link of side.querySelectorAll('a')) {
        if (link.dataset.id === chosen.id) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
      if (!panels.has(chosen.id)) panels.set(chosen.id, new Console(openapi, chosen).element);
      panel.replaceChildren(panels.get(chosen.id));
    },
  };
}

/** Where an operation is: its method and path. */
function place({ method, path }) {
  return [element('b', { class: `method ${method}` }, method), ' ', dotted(path)];
}

class Console {
  #rpc;
  #form;
  #stop;
  #lastEventId = '';
  #started = 0;
  #first = null;
  #output = new Output();
  #state = element('span', { class: 'state', role: 'status' }, 'Ready');
  #numbers = element('span', { class: 'numbers' });
  #start = element('button', { type: 'submit', class: 'primary' }, 'Start');
  #stopping = element('button', { type: 'button', disabled: true, onclick: () => this.#stop?.abort() }, 'Stop');
  #resume = element('button', { type: 'button', disabled: true, onclick: () => this.#run(true) }, 'Resume');

  constructor(openapi, rpc) {
    this.#rpc = rpc;
    this.#form = new Form(openapi, rpc);
    const { operation } = rpc;
    const buttons = element('div', { class: 'buttons' }, this.#start, this.#stopping, rpc.resumable && this.#resume);
    const form = element('form', {
      onsubmit: (event) => { event.preventDefault(); this.#run(false); },
      onkeydown: (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit(); },
    }, this.#form.fields, buttons);
    this.element = element('article', {},
      element('h2', {}, operation.summary ?? rpc.id, operation.deprecated && element('span', { class: 'pill warn' }, 'deprecated')),
      element('p', { class: 'path' }, place(rpc)),
      prose(operation.description),
      element('div', { class: 'work' }, form,
        element('div', { class: 'result' }, element('div', { class: 'status' }, this.#state, this.#numbers), this.#output.element)));
  }

  async #run(resuming) {
    if (this.#stop) return;
    let request;
    try {
      request = this.#form.request(resuming ? this.#lastEventId : null);
    } catch (error) {
      this.#show('failed', error.message);
      return;
    }
    this.#begin(resuming);
    const result = await follow(request, {
      open: () => this.#show('streaming', 'Streaming'),
      text: (piece) => this.#output.raw(piece),
      event: (event) => this.#event(event),
      cut: (wait) => {
        this.#output.note(`The connection was cut; connecting again in ${wait / 1000} s.`);
        this.#show('waiting', 'Connecting again');
      },
    }, this.#stop.signal);
    this.#finish(result);
  }

  #begin(resuming) {
    this.#stop = new AbortController();
    this.#start.disabled = true;
    this.#resume.disabled = true;
    this.#stopping.disabled = false;
    if (resuming) this.#output.note(`Resumed after event ${this.#lastEventId}.`);
    else {
      this.#output.clear();
      this.#numbers.textContent = '';
      this.#first = null;
      this.#started = performance.now();
    }
    this.#show('waiting', 'Connecting');
  }

  #event(event) {
    const elapsed = performance.now() - this.#started;
    this.#first ??= elapsed;
    this.#output.add({ ...event, elapsed });
    const events = this.#output.count === 1 ? '1 event' : `${this.#output.count} events`;
    this.#numbers.textContent = `${events} · first after ${Math.round(this.#first)} ms · ${(elapsed / 1000).toFixed(1)} s`;
  }

  #finish({ state, error, inStream, lastEventId }) {
    this.#stop = null;
    this.#lastEventId = lastEventId;
    // Whoever reads that it has ended sees all of it.
    this.#output.settle();
    this.#start.disabled = false;
    this.#stopping.disabled = true;
    this.#resume.disabled = state === 'ended' || ['', '~end'].includes(lastEventId);
    if (state === 'failed') this.#output.fail(error, inStream);
    if (state === 'cut') this.#output.note('The connection was cut before the end of the stream.', 'warn');
    if (state === 'stopped') this.#output.note('Stopped.');
    const words = { ended: 'Ended', failed: inStream ? 'Failed inside the stream' : 'Failed', cut: 'Cut', stopped: 'Stopped' };
    this.#show(state, words[state]);
  }

  #show(state, text) {
    this.#state.dataset.state = state;
    this.#state.textContent = text;
  }
}

/** The fields of a request, filled with what the contract says of them. */
class Form {
  #rpc;
  #path = new Map();
  #query = null;
  #body = null;
  #authorization = element('input', { autocomplete: 'off', spellcheck: 'false', placeholder: 'Bearer …' });
  #lastEventId = element('input', { autocomplete: 'off', spellcheck: 'false' });
  #headers = element('textarea', { rows: 2, spellcheck: 'false', placeholder: 'name: value' });

  constructor(openapi, rpc) {
    this.#rpc = rpc;
    for (const parameter of rpc.parameters.filter((one) => one.in === 'path')) {
      this.#path.set(parameter, element('input', { required: true, spellcheck: 'false', value: String(sample(openapi, parameter.schema) ?? '') }));
    }
    const asked = rpc.parameters.filter((one) => one.in === 'query');
    if (asked.length > 0) this.#query = editor(nested(openapi, asked));
    if (rpc.bytes.requests) this.#body = area('');
    else if (rpc.body) this.#body = editor(rpc.body.example ?? sample(openapi, rpc.body.schema) ?? {}, rpc.requests);
  }

  get fields() {
    const { requests, bytes, resumable } = this.#rpc;
    const body = requests ? 'Requests (one JSON document a line)' : 'Request (JSON)';
    const path = [...this.#path].map(([parameter, input]) => labelled(parameter.name, input, parameter.description));
    return [
      path,
      this.#query && labelled('Request (JSON, sent as the query)', this.#query),
      this.#body && labelled(bytes.requests ? 'Body (text)' : body, this.#body,
        (requests || bytes.requests) && 'A browser sends all requests before it reads a reply.'),
      element('details', {}, element('summary', {}, 'Headers'),
        labelled('Authorization', this.#authorization),
        resumable && labelled('Last-Event-ID', this.#lastEventId, 'Starts after this event.'),
        labelled('More headers', this.#headers, 'One a line.')),
    ];
  }

  /** The request as it is written, to resume after an event unless that is `null`. */
  request(lastEventId) {
    const { rpc, headers } = { rpc: this.#rpc, headers: this.#written() };
    if (!headers.has('accept')) headers.set('accept', accepted(rpc));
    const id = lastEventId ?? this.#lastEventId.value.trim();
    if (id && rpc.resumable) headers.set('last-event-id', id);
    let path = rpc.path;
    for (const [{ name }, input] of this.#path) path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    const url = new URL(path.replace(/^\//, './'), root);
    for (const [name, value] of query(this.#query ? read(this.#query) : {})) url.searchParams.append(name, value);
    let body;
    if (rpc.bytes.requests) {
      body = this.#body.value;
      if (!headers.has('content-type')) headers.set('content-type', 'text/plain');
    } else if (this.#body) {
      body = rpc.requests ? lines(this.#body) : JSON.stringify(read(this.#body));
      headers.set('content-type', rpc.requests ? 'application/x-ndjson' : 'application/json');
    }
    return { url, method: rpc.method, headers, body, resumable: rpc.resumable, bytes: rpc.bytes.replies };
  }

  #written() {
    const headers = new Headers();
    for (const line of this.#headers.value.split('\n').filter((one) => one.trim())) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error(`A header is written as "name: value", not ${JSON.stringify(line)}`);
      headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    }
    if (this.#authorization.value) headers.set('authorization', this.#authorization.value);
    return headers;
  }
}

/** The form of a reply that is shown as it arrives. */
function accepted({ replies, bytes }) {
  if (bytes.replies) return '*/*';
  return replies ? 'text/event-stream' : 'application/json';
}

/** Parameters of a query as the message that they are fields of. */
function nested(openapi, parameters) {
  const message = {};
  for (const { name, schema, example } of parameters) {
    const steps = name.split('.');
    const last = steps.pop();
    const inner = steps.reduce((object, step) => (object[step] ??= {}), message);
    inner[last] = example ?? sample(openapi, schema) ?? '';
  }
  return message;
}

function editor(value, oneLine = false) {
  const text = oneLine ? JSON.stringify(value) : JSON.stringify(value, null, 2);
  return area(text);
}

function area(text) {
  const rows = Math.min(16, Math.max(4, text.split('\n').length + 1));
  const own = element('textarea', { rows, spellcheck: 'false', class: 'code', oninput: () => own.setCustomValidity('') }, text);
  return own;
}

function read(area) {
  try {
    return JSON.parse(area.value.trim() || '{}');
  } catch (error) {
    throw invalid(area, `The request is no JSON: ${error.message}`);
  }
}

/** Newline-delimited JSON, each line checked. */
function lines(area) {
  const written = area.value.split('\n').map((line) => line.trim()).filter(Boolean);
  return written.map((line, index) => {
    try {
      return `${JSON.stringify(JSON.parse(line))}\n`;
    } catch (error) {
      throw invalid(area, `Request ${index + 1} is no JSON: ${error.message}`);
    }
  }).join('');
}

function invalid(area, text) {
  area.setCustomValidity(text);
  area.reportValidity();
  return new Error(text);
}
