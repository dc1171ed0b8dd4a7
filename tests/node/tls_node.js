// The archive called by @connectrpc/connect-node over TLS, as a client that has
// a certificate.
//
// Usage: tls_node.js DESCRIPTORS BASE_URL AUTHORITY CERTIFICATE KEY
const fs = require('node:fs');
const { createConnectTransport, createGrpcTransport } = require('@connectrpc/connect-node');
const { bothWays, requestStreams, run } = require('./connect_calls.js');

const [descriptors, baseUrl, ...files] = process.argv.slice(2);

async function main() {
  const contract = fs.readFileSync(descriptors);
  const [ca, cert, key] = files.map((file) => fs.readFileSync(file));
  const options = { baseUrl, nodeOptions: { ca, cert, key } };
  const http2 = { ...options, httpVersion: '2' };
  await run(contract, createGrpcTransport(http2), 'gRPC', { ...requestStreams, ...bothWays });
  await run(contract, createConnectTransport({ ...options, httpVersion: '1.1' }), 'Connect');
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
