// The reference with try-it-out: Swagger UI on the OpenAPI document.
import { element } from './dom.js';
import { root, streams } from './contract.js';

const file = (name) => new URL(name, import.meta.url).href;

export async function show(place, openapi) {
  if (!openapi) {
    place.append(element('p', { class: 'notice' }, 'This server has no OpenAPI document: its code was generated without it.'));
    return;
  }
  // Its smooth scrolling would take every click on an address below `#`.
  window.noZensmooth = true;
  await Promise.all([
    loaded(element('link', { rel: 'stylesheet', href: file('swagger-ui.css') })),
    loaded(element('script', { src: file('swagger-ui-bundle.js') })),
  ]);
  follow(matchMedia('(prefers-color-scheme: dark)'));
  const inner = element('div');
  place.append(inner);
  window.SwaggerUIBundle({
    domNode: inner,
    spec: { ...openapi, servers: servers(openapi) },
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    // Its default asks a server elsewhere whether the document is valid.
    validatorUrl: null,
    plugins: [toConsole(openapi)],
  });
}

function loaded(tag) {
  return new Promise((resolve, reject) => {
    tag.addEventListener('load', resolve);
    tag.addEventListener('error', () => reject(new Error(`${tag.src ?? tag.href} did not load`)));
    document.head.append(tag);
  });
}

/** The servers of the document; the root is where this page says it is. */
function servers({ servers: given = [{ url: '/' }] }) {
  const here = root.href.replace(/\/$/, '');
  return given.map((server) => (server.url === '/' ? { ...server, url: here } : server));
}

/** Swagger UI goes dark by a class. */
function follow(dark) {
  const set = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', set);
  set();
}

/** Swagger UI shows a stream once it is over; the console shows it as it comes. */
function toConsole(openapi) {
  const known = new Map(streams(openapi).map((one) => [`${one.method} ${one.path}`, one.id]));
  return () => ({
    wrapComponents: {
      execute: (Original, { React }) => (properties) => {
        const id = known.get(`${properties.method.toUpperCase()} ${properties.path}`);
        const button = React.createElement(Original, properties);
        if (!id) return button;
        const link = { className: 'to-console', href: `#streams/${encodeURIComponent(id)}` };
        return React.createElement(React.Fragment, null, button,
          React.createElement('a', link, 'This is a stream: watch it in the console'));
      },
    },
  });
}
