// Reads a stream with eventsource-client, which parses it with eventsource-parser.
//
// Usage: event_client.js BASE_URL PATH [CUT]
//
// With CUT, a proxy in front of BASE_URL breaks the first connection after the
// event of that id. Prints the events up to `end` or `error`, and the connections.
const { createEventSource } = require('eventsource-client');
const { cutting } = require('./cutting_proxy.js');
const { own } = require('./event_ids.js');

const [base, target, cut] = process.argv.slice(2);

function read(url, reached) {
  const events = [];
  return new Promise((done) => {
    const source = createEventSource({
      url,
      onMessage: ({ event, id, data }) => {
        events.push({ event: event ?? null, id: own(id) ?? null, data: JSON.parse(data) });
        if (own(id) === cut) reached();
        if (event === 'end' || event === 'error') {
          source.close();
          done(events);
        }
      },
    });
  });
}

(async () => {
  let reached;
  const seen = new Promise((resolve) => { reached = resolve; });
  const proxy = await cutting(base, cut, undefined, seen);
  const events = await read(proxy.url + target, reached);
  proxy.close();
  console.log(JSON.stringify({ events, connections: proxy.connections }));
})();
