// Calls of the archive through a client of @connectrpc, and what must come of
// them: the same over every protocol, in Node.js and in a browser.
const { Code, ConnectError, createClient } = require('@connectrpc/connect');
const { createFileRegistry, fromBinary } = require('@bufbuild/protobuf');
const { FileDescriptorSetSchema } = require('@bufbuild/protobuf/wkt');

const text = (value) => JSON.stringify(value, (_, own) => (typeof own === 'bigint' ? `${own}` : own));

function equal(actual, expected, what) {
  if (text(actual) !== text(expected)) {
    throw new Error(`${what}: ${text(actual)} instead of ${text(expected)}`);
  }
}

async function failure(call, what) {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error(`${what}: it did not fail`);
}

const asked = (what) => ({ headers: { 'x-do': what } });

// Until the server has begun a call that hangs.
const hasBegun = (client) => client.getDocument({ name: 'x' }, asked('has it begun?'));

// Whether the server has dropped a call that waited.
const wasDropped = (client) => client.getDocument({ name: 'x' }, asked('was it dropped?'));

async function collect(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

const checks = {
  async 'headers and trailers travel'(client) {
    let header, trailer;
    const reply = await client.getDocument({ name: 'shelves/1/documents/ü' }, {
      headers: { 'x-sent': 'seen' },
      onHeader: (headers) => { header = headers; },
      onTrailer: (trailers) => { trailer = trailers; },
    });
    equal(reply.title, 'Title of shelves/1/documents/ü', 'title');
    equal(header.get('x-seen'), 'seen', 'header');
    equal(header.get('x-correlation-id')?.length, 36, 'correlation id');
    equal(trailer.get('x-cost'), '7', 'trailer');
  },

  async 'values of every kind come back'(client) {
    const sent = {
      anInt64: -9007199254740993n, aDouble: 0.5, someBytes: new Uint8Array([0, 255]),
      aKind: 1, maybe: '', byUint64: { '18446744073709551615': 1n },
      duration: { seconds: 3n, nanos: 5 }, second: { case: 'oneNested', value: { palette: [0, 1] } },
    };
    const reply = await client.echo(sent);
    const back = {
      anInt64: reply.anInt64, aDouble: reply.aDouble, someBytes: new Uint8Array(reply.someBytes),
      aKind: reply.aKind, maybe: reply.maybe, byUint64: reply.byUint64,
      duration: { seconds: reply.duration.seconds, nanos: reply.duration.nanos },
      second: { case: reply.second.case, value: { palette: reply.second.value.palette } },
    };
    equal(back, sent, 'values');
  },

  async 'long messages come back up to the limit'(client) {
    const aString = 'long '.repeat(200_000);
    equal((await client.echo({ aString })).aString === aString, true, '1 MB');
    const refused = await failure(client.echo({ aString: 'x'.repeat((4 << 20) + 1) }), '4 MiB');
    equal(refused.code, Code.ResourceExhausted, 'code');
  },

  async 'an error has its code, message and details'(client) {
    const error = await failure(client.getDocument({ name: 'x/missing' }), 'missing');
    equal([error.code, error.rawMessage], [Code.NotFound, 'no document x/missing'], 'error');
    equal(error.details.map((detail) => detail.type), ['google.rpc.ErrorInfo'], 'details');
    equal(error.metadata.get('x-correlation-id')?.length, 36, 'correlation id');
    const refused = await failure(client.createDocument({ parent: 'x' }), 'scope');
    equal(refused.code, Code.Unauthenticated, 'scope');
  },

  async 'replies of a stream arrive one by one'(client) {
    let header;
    const stop = new AbortController();
    const stream = client.readAloud({}, {
      signal: stop.signal,
      headers: { 'x-do': 'speak', 'x-sent': 'seen' },
      onHeader: (headers) => { header = headers; },
    });
    const words = stream[Symbol.asyncIterator]();
    equal((await words.next()).value.index, 1, 'first');
    equal(header.get('x-seen'), 'seen', 'header');
    // The second is not even said before this call is.
    await client.getDocument({ name: 'x' }, asked('let it speak'));
    equal((await words.next()).value.index, 2, 'second');
    stop.abort();
    equal((await failure(words.next(), 'stop')).code, Code.Canceled, 'stop');
    await wasDropped(client);
  },

  async 'a stream ends, with trailers or with an error'(client) {
    let trailer;
    const onTrailer = (trailers) => { trailer = trailers; };
    const options = { headers: { 'x-sent': 'seen' }, onTrailer };
    const words = await collect(client.readAloud({ text: 'a b c' }, options));
    equal(words.map((word) => word.text), ['a', 'b', 'c'], 'words');
    equal(trailer.get('x-cost'), '7', 'trailer');
    const seen = [];
    const error = await failure((async () => {
      for await (const word of client.readAloud({ text: 'a b', failAfter: 1 })) seen.push(word.text);
    })(), 'out of breath');
    equal([seen, error.code, error.rawMessage], [['a'], Code.ResourceExhausted, 'out of breath'], 'error');
    const before = await failure(collect(client.readAloud({})), 'no text');
    equal([before.code, before.details[0]?.type], [Code.InvalidArgument, 'google.rpc.BadRequest'], 'before');
  },

  async 'a cancelled call and stream are dropped by the server'(client) {
    const call = new AbortController();
    const options = { ...asked('hang'), signal: call.signal };
    const cancelled = failure(client.getDocument({ name: 'x' }, options), 'call');
    await hasBegun(client);
    call.abort();
    equal((await cancelled).code, Code.Canceled, 'call');
    await wasDropped(client);
    const stream = new AbortController();
    const error = await failure((async () => {
      const words = client.readAloud({}, { ...asked('speak'), signal: stream.signal });
      for await (const _ of words) stream.abort();
    })(), 'stream');
    equal(error.code, Code.Canceled, 'stream');
    await wasDropped(client);
  },

  async 'a deadline ends the call on both sides'(client) {
    const options = { ...asked('hang'), timeoutMs: 500 };
    const late = failure(client.getDocument({ name: 'x' }, options), 'deadline');
    await hasBegun(client);
    equal((await late).code, Code.DeadlineExceeded, 'code');
    await wasDropped(client);
  },
};

// Streams of requests, which only some can send.
const requestStreams = {
  async 'requests stream'(client) {
    const pages = async function* () { yield { text: 'a' }; yield { text: 'b' }; };
    equal((await client.upload(pages())).title, 'ab', 'title');
  },
};

const bothWays = {
  async 'requests and replies take turns'(client) {
    let say;
    const questions = async function* () {
      for (const question of ['a', 'b']) {
        yield { text: question };
        await new Promise((resolve) => { say = resolve; });
      }
    };
    const answers = [];
    for await (const answer of client.discuss(questions())) {
      answers.push(answer.text);
      say();
    }
    equal(answers, ['A', 'B'], 'answers');
  },
};

// Runs the checks on one transport.
async function run(descriptors, transport, name, extra = {}) {
  const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  const client = createClient(files.getService('archive.v1.Archive'), transport);
  for (const [what, check] of Object.entries({ ...checks, ...extra })) {
    try {
      await check(client);
    } catch (error) {
      throw new Error(`${name}: ${what}: ${error.stack ?? error}`);
    }
  }
}

module.exports = { run, requestStreams, bothWays, equal };
