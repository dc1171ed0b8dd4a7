// The archive called by @connectrpc/connect-node over Connect, gRPC and
// gRPC-Web, HTTP/1.1 and HTTP/2, protobuf and JSON, plain and compressed.
//
// Usage: connect_node.js DESCRIPTORS BASE_URL
const diagnostics = require('node:diagnostics_channel');
const fs = require('node:fs');
const {
  compressionGzip, createConnectTransport, createGrpcTransport, createGrpcWebTransport,
} = require('@connectrpc/connect-node');
const { bothWays, equal, requestStreams, run } = require('./connect_calls.js');

const [descriptors, baseUrl] = process.argv.slice(2);
const protocols = { connect: createConnectTransport, grpc: createGrpcTransport, web: createGrpcWebTransport };
const compression = { sendCompression: compressionGzip, compressMinBytes: 0, acceptCompression: [compressionGzip] };

async function main() {
  const contract = fs.readFileSync(descriptors);
  for (const [name, create] of Object.entries(protocols)) {
    for (const httpVersion of ['1.1', '2']) {
      for (const useBinaryFormat of [true, false]) {
        const plain = { sendCompression: null, acceptCompression: [] };
        const packed = httpVersion === '2' ? compression : plain;
        const transport = create({ baseUrl, httpVersion, useBinaryFormat, ...packed });
        const both = httpVersion === '2' ? bothWays : {};
        const title = `${name}, HTTP/${httpVersion}, ${useBinaryFormat ? 'protobuf' : 'JSON'}`;
        await run(contract, transport, title, { ...requestStreams, ...both });
      }
    }
  }
  const gets = [];
  diagnostics.subscribe('http.client.request.start', ({ request }) => {
    if (request.method === 'GET') gets.push(request.path.split('?')[0]);
  });
  for (const useBinaryFormat of [true, false]) {
    const options = { baseUrl, httpVersion: '1.1', useBinaryFormat, useHttpGet: true };
    await run(contract, createConnectTransport(options), 'GET');
  }
  equal([...new Set(gets)], ['/archive.v1.Archive/GetDocument'], 'what was called by GET');
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
