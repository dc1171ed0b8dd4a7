// What a stream brought: the text that grows, the events one by one, and the
// bytes as they came.
import { element, json } from './dom.js';

/** How many events the list shows; the text and the raw view lose nothing. */
const LISTED = 1000;
const JOINERS = { nothing: '', 'a space': ' ', 'a line': '\n' };
const LIKELY = /(^|\.)(text|token|delta|content|chunk|word)s?$/i;

let instances = 0;

/** The three views, in `element`. */
export class Output {
  #events = [];
  #raw = '';
  #fields = new Set();
  #pending = false;
  #listed = 0;
  #text = element('pre', { class: 'text' });
  #list = element('ol', { class: 'events' });
  #rawText = element('pre', { class: 'raw' });
  #earlier = element('p', { class: 'hint', hidden: true });
  #field = element('select', { onchange: () => this.#join() });
  #joiner = element('select', { onchange: () => this.#join() },
    Object.keys(JOINERS).map((name) => element('option', {}, name)));
  #empty = element('p', { class: 'hint empty' }, 'Nothing yet. Start the stream, and what arrives shows up here.');

  constructor() {
    const text = element('div', {},
      element('div', { class: 'choices' },
        element('label', {}, 'Field ', this.#field), element('label', {}, 'joined by ', this.#joiner)),
      this.#text);
    const views = {
      Text: text,
      Events: element('div', {}, this.#earlier, this.#list),
      Raw: this.#rawText,
    };
    this.element = element('div', { class: 'output' }, tabs(views), this.#empty);
  }

  /** Forgets everything. */
  clear() {
    this.#events = [];
    this.#raw = '';
    this.#listed = 0;
    this.#list.replaceChildren();
    this.#earlier.hidden = true;
    this.#text.textContent = '';
    this.#rawText.textContent = '';
    this.#empty.hidden = false;
  }

  get count() {
    return this.#events.length;
  }

  /** An event: `{ type, data, id, elapsed }`, the time in milliseconds. */
  add(event) {
    const value = event.type === 'bytes' ? event.data : parsed(event.data);
    this.#events.push({ ...event, value });
    texts(value, '', this.#fields);
    this.#later();
  }

  raw(piece) {
    this.#raw += piece;
    this.#later();
  }

  /** Shows at once what has arrived. */
  settle() {
    if (this.#pending) this.#flush();
  }

  /** A line between events, such as that the connection was cut. */
  note(text, kind = '') {
    this.#flush();
    this.#list.append(element('li', { class: `note ${kind}` }, text));
  }

  /** The error that ended the stream. */
  fail(error, inStream) {
    this.#flush();
    const what = inStream ? 'Error inside the stream' : 'Error';
    const pre = element('pre', {}, json(parsed(error)));
    this.#empty.hidden = true;
    this.#list.append(element('li', { class: 'failure' }, element('strong', {}, what), pre));
  }

  /** Many events may arrive between two frames of the screen. */
  #later() {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    this.#pending = false;
    this.#empty.hidden = true;
    if (this.#fields.size > this.#field.options.length) this.#offer();
    const fresh = this.#events.slice(this.#listed);
    this.#listed = this.#events.length;
    const stays = nearEnd(this.element);
    this.#list.append(...fresh.slice(-LISTED).map(row));
    while (this.#list.children.length > LISTED) this.#list.firstChild.remove();
    const hidden = this.#events.length - LISTED;
    this.#earlier.hidden = hidden <= 0;
    this.#earlier.textContent = `The first ${hidden} events are in the text and in the raw view.`;
    this.#rawText.textContent = this.#raw;
    this.#join(fresh);
    if (stays) for (const box of [this.#list, this.#text, this.#rawText]) box.scrollTop = box.scrollHeight;
  }

  #offer() {
    const chosen = this.#field.value;
    const names = [...this.#fields];
    this.#field.replaceChildren(...names.map((name) => element('option', { value: name }, name || '(the whole)')));
    this.#field.value = names.includes(chosen) && LIKELY.test(chosen) ? chosen : (names.find((name) => LIKELY.test(name)) ?? chosen) || names[0];
    this.#join();
  }

  /** Writes the text of the events shown again, or adds what fresh ones bring. */
  #join(fresh) {
    const [path, between] = [this.#field.value, JOINERS[this.#joiner.value]];
    const pieces = (fresh ?? this.#events.slice(0, this.#listed)).flatMap((event) => at(event.value, path));
    if (!fresh) this.#text.textContent = pieces.join(between);
    else if (pieces.length > 0) {
      this.#text.append((this.#text.textContent ? between : '') + pieces.join(between));
    }
  }
}

function row({ id, type, elapsed, value }) {
  return element('li', {},
    element('span', { class: 'time', title: 'since the start' }, `+${(elapsed / 1000).toFixed(3)} s`),
    element('span', { class: 'id', title: 'event id' }, id ? `#${id}` : '–'),
    type === 'message' || type === 'bytes' ? null : element('span', { class: 'pill' }, type),
    element('code', {}, json(typeof value === 'string' ? value : JSON.stringify(value))));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The paths of all strings in a value; elements of lists share theirs. */
function texts(value, path, found) {
  if (typeof value === 'string') found.add(path);
  else if (Array.isArray(value)) value.forEach((item) => texts(item, path, found));
  else if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) texts(inner, path ? `${path}.${key}` : key, found);
  }
}

/** The strings at a path. */
function at(value, path) {
  if (Array.isArray(value)) return value.flatMap((item) => at(item, path));
  if (path === '') return typeof value === 'string' ? [value] : [];
  if (!value || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === path) return at(inner, '');
    return path.startsWith(`${key}.`) ? at(inner, path.slice(key.length + 1)) : [];
  });
}

function nearEnd(place) {
  const boxes = [...place.querySelectorAll('.events, pre')];
  return boxes.every((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 40);
}

/** Views of which one is shown, as the pattern for tabs of WAI-ARIA has it. */
function tabs(views) {
  instances += 1;
  const names = Object.keys(views);
  const id = (name, what) => `output-${instances}-${name}-${what}`;
  const show = (name, focus) => {
    for (const [index, other] of names.entries()) {
      const on = other === name;
      buttons[index].setAttribute('aria-selected', String(on));
      buttons[index].tabIndex = on ? 0 : -1;
      panels[index].hidden = !on;
      if (on && focus) buttons[index].focus();
    }
  };
  const move = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const place = names.indexOf(event.target.textContent) + step;
    show(names[(place + names.length) % names.length], true);
  };
  const buttons = names.map((name) => element('button', {
    type: 'button', role: 'tab', id: id(name, 'tab'), 'aria-controls': id(name, 'panel'),
    onclick: () => show(name), onkeydown: move,
  }, name));
  const panels = names.map((name) => element('div', {
    role: 'tabpanel', id: id(name, 'panel'), 'aria-labelledby': id(name, 'tab'), tabindex: 0,
  }, views[name]));
  show(names[0]);
  return [element('div', { role: 'tablist', 'aria-label': 'Views of the output' }, buttons), panels];
}
