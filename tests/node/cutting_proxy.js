// A proxy on a port of its own, which breaks the first stream that it carries
// after the event of a given id, and tells what was asked of it.
const http = require('node:http');
const ids = require('./event_ids.js');

/**
 * Serves `base`; a stream is broken after the event with the id `cut`, if there
 * is one. What `own` answers and returns true for, it does not forward. It breaks
 * the stream once `seen` is fulfilled: bytes that nobody has read are lost with it.
 */
function cutting(base, cut, own = () => false, seen = Promise.resolve()) {
  const connections = [];
  let whole = !cut;
  const server = http.createServer((request, response) => {
    if (own(request, response)) return;
    const connection = { path: request.url, lastEventId: ids.own(request.headers['last-event-id'] ?? null) };
    connections.push(connection);
    const options = { method: request.method, headers: request.headers };
    const upstream = http.request(base + request.url, options, (reply) => {
      connection.status = reply.statusCode;
      connection.contentType = reply.headers['content-type'] ?? null;
      response.writeHead(reply.statusCode, reply.headers);
      if (whole || connection.contentType !== 'text/event-stream') {
        reply.pipe(response);
      } else {
        whole = true;
        breakAfter(cut, reply, response, seen);
      }
    });
    request.pipe(upstream);
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
  });
  const close = () => { server.closeAllConnections(); server.close(); };
  return new Promise((resolve) => {
    // A script that fails ends, whether or not it has closed its proxy.
    server.unref();
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}`, connections, close });
    });
  });
}

function breakAfter(cut, reply, response, seen) {
  let text = '';
  reply.setEncoding('utf8');
  reply.on('data', (chunk) => {
    const sent = text.length;
    text += chunk;
    const end = ids.endOf(cut, text);
    if (end < 0) {
      response.write(chunk);
    } else {
      reply.removeAllListeners('data');
      response.write(text.slice(sent, end), () => seen.then(() => response.destroy()));
    }
  });
}

module.exports = { cutting };
