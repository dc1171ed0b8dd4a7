// The archive called by @connectrpc/connect-web in a real browser, over Connect
// and gRPC-Web, from a page of another origin.
//
// Usage: connect_web.js DESCRIPTORS BASE_URL CHROMIUM PORT
//
// The page is served on PORT, which must be allowed as an origin; a page that
// is on `localhost` instead of 127.0.0.1 must not get to the server.
const fs = require('node:fs');
const http = require('node:http');
const esbuild = require('esbuild');
const { browse } = require('./browser.js');

const [descriptors, baseUrl, chromium, port] = process.argv.slice(2);

const PAGE = `
const { createConnectTransport, createGrpcWebTransport } = require('@connectrpc/connect-web');
const { equal, run } = require('./connect_calls.js');

async function main() {
  const descriptors = new Uint8Array(await (await fetch('/descriptors')).arrayBuffer());
  const baseUrl = ${JSON.stringify(baseUrl)};
  if (location.hostname === 'localhost') {
    const url = baseUrl + '/archive.v1.Archive/GetDocument';
    for (const type of ['application/json', 'text/plain']) {
      const refused = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': type } })
        .then((reply) => reply.status, () => 'refused');
      equal(refused, 'refused', type);
    }
    return;
  }
  for (const useBinaryFormat of [true, false]) {
    const options = { baseUrl, useBinaryFormat };
    await run(descriptors, createConnectTransport(options), 'Connect');
    await run(descriptors, createGrpcWebTransport(options), 'gRPC-Web');
  }
  await run(descriptors, createConnectTransport({ baseUrl, useHttpGet: true }), 'GET');
}

const report = (text) => fetch('/report', { method: 'POST', body: text });
main().then(() => report(''), (error) => report(String(error.stack ?? error)));
`;

async function bundle() {
  const built = await esbuild.build({
    stdin: { contents: PAGE, resolveDir: __dirname },
    nodePaths: [process.env.NODE_PATH],
    bundle: true, write: false, format: 'iife', platform: 'browser', logLevel: 'error',
  });
  return built.outputFiles[0].text;
}

async function main() {
  const script = await bundle();
  const files = { '/page': ['text/html', '<!doctype html><script src="/script"></script>'],
    '/script': ['text/javascript', script],
    '/descriptors': ['application/octet-stream', fs.readFileSync(descriptors)] };
  let reported;
  const server = http.createServer((request, response) => {
    const file = files[request.url];
    if (file) {
      response.writeHead(200, { 'content-type': file[0] }).end(file[1]);
    } else if (request.url === '/report') {
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => { response.end(); reported(body); });
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(Number(port), '127.0.0.1', resolve); });
  const failures = [];
  for (const host of ['127.0.0.1', 'localhost']) {
    const report = new Promise((resolve) => { reported = resolve; });
    const failure = await browse(chromium, `http://${host}:${port}/page`, report);
    if (failure !== '') failures.push(`${host}: ${failure}`);
  }
  server.closeAllConnections();
  server.close();
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
