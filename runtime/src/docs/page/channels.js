// The queue's channels, out of the AsyncAPI document: what an agent listens on,
// what it answers, and what becomes of requests it gives up.
import { dotted, element, index, json, prose, within } from './dom.js';
import { resolve, sample } from './contract.js';

export function show(place, asyncapi) {
  if (!asyncapi) {
    place.append(element('p', { class: 'notice' }, 'No rpc of this contract has a queue subject, or its code was generated without the AsyncAPI document.'));
    return null;
  }
  const operations = Object.entries(asyncapi.operations ?? {});
  const received = operations.filter(([, operation]) => operation.action === 'receive');
  const cards = new Map(received.map(([id, operation]) => [id, card(asyncapi, id, operation)]));
  const items = received.map(([id, operation]) => {
    const group = operation.tags?.[0]?.name ?? '';
    const name = within(group.split('.').pop(), id);
    return { id, group, name, note: dotted(subject(resolve(asyncapi, operation.channel))) };
  });
  place.append(element('div', { class: 'split' },
    element('nav', { class: 'side', 'aria-label': 'Queue subjects' }, index('queue', items)),
    element('div', { class: 'panel' }, [...cards.values()])));
  return {
    choose(id) {
      cards.get(id)?.scrollIntoView({ block: 'start' });
      cards.get(id)?.focus({ preventScroll: true });
    },
  };
}

function card(asyncapi, id, operation) {
  const channel = resolve(asyncapi, operation.channel);
  const letters = asyncapi.channels?.[`${id}.dead`];
  const reply = resolve(asyncapi, operation.reply?.channel);
  return element('article', { class: 'card', tabindex: -1, id: `queue-${id}` },
    element('h2', {}, operation.summary ?? channel.title ?? id, operation['x-deprecated'] && element('span', { class: 'pill warn' }, 'deprecated')),
    element('p', { class: 'path' }, element('b', { class: 'method' }, 'RECEIVES'), ' ', element('code', {}, dotted(subject(channel)))),
    prose(beyond(operation.summary, operation.description ?? channel.description)),
    element('dl', { class: 'facts' }, facts(channel).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))),
    messages(asyncapi, 'Request', channel),
    messages(asyncapi, 'Reply, to the subject that the request names', reply),
    letters && messages(asyncapi, 'Dead letter', letters),
    raw(operation, channel));
}

/** What agents call a channel, whose address is what its broker calls it. */
function subject(channel) {
  return channel['x-subject'] ?? channel.address;
}

/** A description without the summary that it starts with. */
function beyond(summary, description = '') {
  const rest = summary && description.startsWith(summary) ? description.slice(summary.length) : description;
  return rest.replace(/^[.\s]+/, '');
}

/** How requests are delivered, with words for what stands in the document as `x-…`. */
function facts(channel) {
  const retry = channel['x-retry'] ?? {};
  const pause = retry.initialBackoff && `${retry.initialBackoff} to ${retry.maxBackoff}, times ${retry.multiplier}, with jitter`;
  const rows = [
    ['Subject', subject(channel)],
    ['Group', channel['x-group']],
    ['Attempts', retry.maxAttempts],
    ['Pause between attempts', pause],
    ['Lease of a delivery', channel['x-ack-wait'] && `${channel['x-ack-wait']}, renewed while it is worked on`],
    ['At once per consumer', channel['x-concurrency']],
    ['Dead letters', channel['x-dead-letter']],
    ['Ordering', channel['x-ordering-key'] ? `one at a time for each ${channel['x-ordering-key']}` : 'none'],
  ];
  return rows.filter(([, value]) => value !== undefined).map(([name, value]) => [name, dotted(value)]);
}

function messages(asyncapi, title, channel) {
  const found = Object.entries(channel.messages ?? {}).map(([name, message]) => [name, resolve(asyncapi, message)]);
  return found.map(([name, message]) => element('details', { class: 'message' },
    element('summary', {}, name === 'error' ? 'Error' : title, ' ', element('code', {}, message.name ?? name),
      channel.address && element('span', { class: 'path' }, subject(channel))),
    element('h3', {}, 'Payload'), payload(asyncapi, message),
    element('h3', {}, 'Headers'), headers(asyncapi, message.headers)));
}

function payload(asyncapi, message) {
  const schema = resolve(asyncapi, message.payload);
  const example = message.examples?.[0]?.payload ?? sample(asyncapi, schema);
  return [
    prose(schema.description),
    schema.properties && table(Object.entries(schema.properties).map(([name, own]) => [name, kind(asyncapi, own), resolve(asyncapi, own), schema])),
    example !== undefined && element('pre', {}, json(example)),
  ];
}

function headers(asyncapi, schema) {
  const parts = [resolve(asyncapi, schema)].flatMap(function all(part) {
    return [part, ...(part.allOf ?? []).flatMap((inner) => all(resolve(asyncapi, inner)))];
  });
  const rows = parts.flatMap((part) => Object.entries(part.properties ?? {}).map(([name, own]) => [name, kind(asyncapi, own), own, part]));
  const merged = new Map();
  for (const row of rows) {
    const known = merged.get(row[0]);
    merged.set(row[0], known && row[2].const ? [known[0], JSON.stringify(row[2].const), known[2], known[3]] : (known ?? row));
  }
  return table([...merged.values()]);
}

function table(rows) {
  const line = ([name, type, own, parent]) => element('tr', {},
    element('th', { scope: 'row' }, element('code', {}, name), parent.required?.includes(name) && element('span', { class: 'required' }, ' required')),
    element('td', {}, type), element('td', {}, own.description ?? ''));
  return element('div', { class: 'scroll' }, element('table', {},
    element('thead', {}, element('tr', {}, ['Name', 'Type', 'Description'].map((name) => element('th', { scope: 'col' }, name)))),
    element('tbody', {}, rows.map(line))));
}

/** A type in a few words. */
function kind(asyncapi, schema) {
  const own = resolve(asyncapi, schema);
  const name = schema.$ref?.split('/').pop();
  if (own.const !== undefined) return JSON.stringify(own.const);
  if (own.type === 'array' || own.items) return `list of ${kind(asyncapi, own.items ?? {})}`;
  if (name) return own.enum ? `${name}: ${own.enum.join(', ')}` : name;
  if (own.additionalProperties) return `map to ${kind(asyncapi, own.additionalProperties)}`;
  return own.format ?? [own.type ?? own.anyOf?.[0]?.format ?? 'any'].flat().join(' or ');
}

function raw(operation, channel) {
  return element('details', { class: 'message' }, element('summary', {}, 'As in the document'),
    element('pre', {}, json({ operation, channel })));
}
