// The contract as its documents tell it: what can be called, and what a request
// looks like.

/** The URL of the server's root, which stays right behind a proxy that adds a prefix. */
export const root = new URL(document.querySelector('meta[name=root]').content, document.baseURI);

/** A document beside the page; `null` where the server has none. */
export async function load(name) {
  const response = await fetch(name);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response.json();
}

/** What a `$ref` points at, or the value itself. */
export function resolve(document, value) {
  for (let steps = 0; value?.$ref?.startsWith('#/') && steps < 32; steps += 1) {
    const path = value.$ref.slice(2).split('/');
    const plain = (step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    value = path.reduce((inner, step) => inner?.[plain(step)], document);
  }
  return value ?? {};
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** Every operation: `{ id, method, path, operation, parameters }`. */
export function operations(openapi) {
  return Object.entries(openapi?.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      const id = operation.operationId ?? `${method} ${path}`;
      return { id, method: method.toUpperCase(), path, operation, parameters: parameters.map((p) => resolve(openapi, p)) };
    }));
}

/** The operations whose replies or requests are streams. */
export function streams(openapi) {
  return operations(openapi).flatMap((found) => {
    const reply = resolve(openapi, found.operation.responses?.['200']).content ?? {};
    const request = resolve(openapi, found.operation.requestBody).content ?? {};
    // Streams of bytes, which have no form of their own in OpenAPI.
    const raw = found.operation['x-raw-streams'] ?? [];
    const bytes = { requests: raw.includes('requests'), replies: raw.includes('replies') };
    const replies = 'text/event-stream' in reply || bytes.replies;
    const requests = 'application/x-ndjson' in request;
    if (!replies && !requests && !bytes.requests) return [];
    const media = request[requests ? 'application/x-ndjson' : 'application/json'];
    const schema = media && (media.itemSchema ?? media.schema);
    const given = media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
    const resumable = found.parameters.some((p) => p.in === 'header' && p.name.toLowerCase() === 'last-event-id');
    return [{ ...found, replies, requests, bytes, resumable, body: media && { schema, example: given } }];
  });
}

/** A value that a schema allows, for a person to change. */
export function sample(document, schema, above = []) {
  const own = resolve(document, schema);
  if (above.includes(own) || above.length > 8) return undefined;
  const given = own.example ?? own.examples?.[0] ?? own.default ?? own.const;
  if (given !== undefined) return given;
  const inside = [...above, own];
  if (own.enum) return own.enum.find((value) => !/_UNSPECIFIED$/.test(value)) ?? own.enum[0];
  const type = [own.type].flat().find((name) => name !== 'null');
  if (own.properties) return members(document, own, inside);
  const choice = own.allOf ?? own.anyOf ?? own.oneOf;
  if (choice && !type) return sample(document, choice[0], inside);
  switch (type) {
    case 'array': {
      const item = sample(document, own.items ?? {}, inside);
      return item === undefined ? [] : [item];
    }
    case 'object': return {};
    case 'boolean': return false;
    case 'integer': case 'number': return own.minimum > 0 ? own.minimum : 0;
    case 'string': return text(own);
    default: return undefined;
  }
}

function text({ format, pattern, contentEncoding, type }) {
  if (format === 'date-time') return new Date().toISOString();
  if (/int64/.test(format ?? '') || type.includes('integer')) return '0';
  if (contentEncoding === 'base64') return '';
  return /\[0-9\].*s\$$/.test(pattern ?? '') ? '1s' : '';
}

/** An object with one member of each oneof. */
function members(document, schema, above) {
  const skipped = new Set(alternatives(document, schema).flatMap((names) => names.slice(1)));
  const entries = Object.entries(schema.properties)
    .filter(([name, own]) => !skipped.has(name) && !resolve(document, own).readOnly && !own.readOnly)
    .map(([name, own]) => [name, sample(document, own, above)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The names of properties of which a value has one at most. */
function alternatives(document, schema) {
  const lists = [schema.oneOf, ...(schema.allOf ?? []).map((part) => resolve(document, part).oneOf)];
  return lists.filter(Boolean).map((list) => list.flatMap((one) => one.required ?? []).filter((name) => name in schema.properties));
}

/** A JSON value as query parameters: names of members joined by dots, lists repeated. */
export function query(value, name = '', found = []) {
  if (Array.isArray(value)) value.forEach((item) => query(item, name, found));
  else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) query(inner, name ? `${name}.${key}` : key, found);
  } else if (value !== null && value !== undefined) found.push([name, String(value)]);
  return found;
}
