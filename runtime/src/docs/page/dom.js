// Elements from code, so that no text of a contract is ever read as HTML.

/** An element: `element('a', { href: '#x', class: 'y', onclick: f }, 'text', child)`. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

/** A form control below its label. */
export function labelled(text, control, hint) {
  const label = element('label', {}, element('span', { class: 'label' }, text), control);
  return element('div', { class: 'field' }, label, hint && element('p', { class: 'hint' }, hint));
}

/** The comment of a contract: paragraphs, lists line by line, and `code`. */
export function prose(text) {
  const paragraphs = (text ?? '').split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
  return paragraphs.map((paragraph) => element('p', { class: 'prose' }, inline(paragraph.trim())));
}

function inline(text) {
  return text.split(/(`[^`]+`)/).map((part) =>
    part.length > 2 && part.startsWith('`') && part.endsWith('`') ? element('code', {}, part.slice(1, -1)) : part);
}

/** A dotted name, which may be broken after its dots. */
export function dotted(name) {
  return String(name).split(/(?<=[./_])/).flatMap((part, index) => (index > 0 ? [element('wbr'), part] : [part]));
}

/** Links to `items` of `{ id, group, name, note }`, below a heading for each group. */
export function index(view, items) {
  const groups = Map.groupBy(items, (item) => item.group);
  return [...groups].flatMap(([group, members]) => [
    group && element('p', { class: 'group' }, dotted(group)),
    members.map(({ id, name, note }) => element('a', { href: `#${view}/${encodeURIComponent(id)}`, 'data-id': id },
      element('span', { class: 'name' }, dotted(name)), element('span', { class: 'path' }, note))),
  ]);
}

/** An id without the name of the group that it starts with. */
export const within = (group, id) => (group && id.startsWith(`${group}_`) ? id.slice(group.length + 1) : id);

/** JSON with colours, as elements. */
export function json(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[2] !== undefined) parts.push(element('span', { class: 'key' }, match[1]), match[2]);
    else parts.push(element('span', { class: match[1] ? 'string' : 'scalar' }, match[0]));
  }
  return [...parts, text.slice(end)];
}
