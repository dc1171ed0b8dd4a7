// Reads a stream with the EventSource of a real browser.
//
// Usage: event_source.js CHROMIUM BASE_URL PATH [CUT]
//
// The page comes from a proxy in front of BASE_URL, so that both have one
// origin. With CUT, the proxy breaks the first connection after the event of
// that id. The page stays until the stream is over for good: after an `end`
// event it closes the source, unless the connection was cut, in which case it
// leaves the last word to the browser. Prints what the page and the proxy saw.
const http = require('node:http');
const { browse } = require('./browser.js');
const { endOf, own } = require('./event_ids.js');

const [chromium, base, target, cut] = process.argv.slice(2);
const PAGE = `<!doctype html><script>
const events = [];
const source = new EventSource(${JSON.stringify(target)});
const report = () => {
  source.close();
  fetch('/report', { method: 'POST', body: JSON.stringify(events) });
};
source.onmessage = (event) => events.push({ id: event.lastEventId, data: JSON.parse(event.data) });
source.addEventListener('end', () => {
  events.push({ end: true });
  if (${!cut}) report();
});
source.onerror = (event) => {
  if (event.data) {
    events.push({ error: JSON.parse(event.data) });
    report();
  } else if (source.readyState === EventSource.CLOSED) {
    events.push({ closed: true });
    report();
  }
};
</script>`;

const connections = [];

function forward(request, response) {
  const connection = { lastEventId: own(request.headers['last-event-id'] ?? null) };
  connections.push(connection);
  const upstream = http.get(base + request.url, { headers: request.headers }, (reply) => {
    connection.status = reply.statusCode;
    connection.contentType = reply.headers['content-type'] ?? null;
    response.writeHead(reply.statusCode, reply.headers);
    if (cut && connections.length === 1) {
      breakAfter(cut, reply, response);
    } else {
      reply.pipe(response);
    }
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
}

function breakAfter(cut, reply, response) {
  let text = '';
  reply.setEncoding('utf8');
  reply.on('data', (chunk) => {
    const sent = text.length;
    text += chunk;
    const end = endOf(cut, text);
    if (end < 0) {
      response.write(chunk);
    } else {
      reply.removeAllListeners('data');
      response.write(text.slice(sent, end), () => response.destroy());
    }
  });
}

function serve(done) {
  return http.createServer((request, response) => {
    if (request.url === '/page') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    } else if (request.url === '/report') {
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => {
        response.end();
        const events = JSON.parse(body).map((event) => (event.id ? { ...event, id: own(event.id) } : event));
        done({ events, connections });
      });
    } else if (request.url === '/favicon.ico') {
      response.writeHead(404).end();
    } else {
      forward(request, response);
    }
  });
}

let server;
const report = new Promise((done) => { server = serve(done); });

server.listen(0, '127.0.0.1', async () => {
  const page = `http://127.0.0.1:${server.address().port}/page`;
  const seen = await browse(chromium, page, report);
  server.closeAllConnections();
  server.close();
  console.log(JSON.stringify(seen === 'timeout' ? { timeout: true, connections } : seen));
});
