// Converses with an rpc over the WebSocket of a real browser, on a page of
// another origin.
//
// Usage: web_socket.js CHROMIUM URL TEXT...
//
// Sends the texts one after the other, each but the first once something was
// heard, and then the end. Prints what was heard, and how it was closed.
const http = require('node:http');
const { browse } = require('./browser.js');

const [chromium, url, ...texts] = process.argv.slice(2);
const PAGE = `<!doctype html><script>
const texts = ${JSON.stringify(texts)};
const heard = [];
const socket = new WebSocket(${JSON.stringify(url)});
const next = () => socket.send(texts.length ? texts.shift() : '');
socket.onopen = next;
socket.onmessage = ({ data }) => {
  heard.push(JSON.parse(data));
  next();
};
socket.onclose = ({ code, reason, wasClean }) =>
  fetch('/report', { method: 'POST', body: JSON.stringify({ heard, code, reason, wasClean }) });
</script>`;

let server;
const report = new Promise((done) => {
  server = http.createServer((request, response) => {
    if (request.url !== '/report') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      return;
    }
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      response.end();
      done(JSON.parse(body));
    });
  });
});

server.listen(0, '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const seen = await browse(chromium, `${origin}/page`, report);
  server.closeAllConnections();
  server.close();
  console.log(JSON.stringify(seen));
});
