// The page: three views of the contract, chosen by the address.
import { element } from './dom.js';
import { load, streams } from './contract.js';

const VIEWS = {
  reference: async (place, { openapi }) => (await import('./reference.js')).show(place, openapi),
  streams: async (place, { openapi }) => (await import('./console.js')).show(place, openapi),
  queue: async (place, { asyncapi }) => (await import('./channels.js')).show(place, asyncapi),
};

const documents = Promise.all([load('openapi.json'), load('asyncapi.json')])
  .then(([openapi, asyncapi]) => ({ openapi, asyncapi }));
const shown = {};

/** The view and what is chosen in it: `#/…` is Swagger UI's, `#streams/id`, `#queue/id`. */
function address() {
  const hash = decodeURIComponent(location.hash.slice(1));
  const [view, ...rest] = hash.split('/');
  return view in VIEWS ? { view, chosen: rest.join('/') } : { view: 'reference', chosen: '' };
}

async function route() {
  const { view, chosen } = address();
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  for (const name of Object.keys(VIEWS)) document.getElementById(name).hidden = name !== view;
  const place = document.getElementById(view);
  try {
    shown[view] ??= VIEWS[view](place, await documents);
    (await shown[view])?.choose?.(chosen);
  } catch (error) {
    delete shown[view];
    place.replaceChildren(element('p', { class: 'notice error', role: 'alert' }, `This part cannot be shown: ${error.message}`));
  }
}

function describe({ openapi, asyncapi }) {
  const info = openapi?.info ?? asyncapi?.info ?? {};
  const [title, version] = [document.getElementById('title'), document.getElementById('version')];
  document.title = info.title ? `${info.title} · API documentation` : document.title;
  title.textContent = info.title ?? title.textContent;
  version.textContent = info.version ?? '';
  version.hidden = !info.version;
  count('streams', streams(openapi).length);
  count('queue', Object.values(asyncapi?.operations ?? {}).filter((one) => one.action === 'receive').length);
  for (const link of document.querySelectorAll('[data-needs=asyncapi]')) link.hidden = !asyncapi;
}

function count(view, number) {
  document.querySelector(`nav a[data-view=${view}]`).append(' ', element('span', { class: 'count' }, String(number)));
}

addEventListener('hashchange', route);
documents.then(describe, () => {});
route();
