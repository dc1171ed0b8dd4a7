// Uses the docs page in a real browser, and prints what it saw as JSON.
//
// Usage: docs_page.js CHROMIUM BASE_URL SCENARIO
//
// Every scenario also reports what no page may do: messages on the console that
// are errors, and requests that leave its server.
const { chromium } = require('playwright-core');
const { cutting } = require('./cutting_proxy.js');
const { own } = require('./event_ids.js');

const [executablePath, base, scenario] = process.argv.slice(2);
/** How long anything may take before the test fails, in milliseconds. */
const PATIENCE = 30_000;

const texts = (page, selector) => page.locator(selector).allTextContents();
const state = (page, name) => page.locator(`#streams .state[data-state=${name}]`).waitFor();
const events = (page) => texts(page, '#streams .events li:not(.note):not(.failure) > code');
const ids = async (page) => (await texts(page, '#streams .events .id')).map(own);
const tab = (page, name) => page.getByRole('tab', { name, exact: true }).click();

/** Opens the console at an rpc, with this request. */
async function consoleOf(page, url, id, request) {
  await page.goto(`${url}/docs#streams/${id}`);
  await page.locator('#streams textarea.code').fill(request);
  await tab(page, 'Events');
}
const start = (page) => page.getByRole('button', { name: 'Start' }).click();
const stop = (page) => page.getByRole('button', { name: 'Stop' }).click();

const SCENARIOS = {
  /** What the reference lists, and what an rpc answers that is tried out in it. */
  async reference(page) {
    await page.goto(`${base}/docs`);
    await page.locator('.opblock').first().waitFor();
    const paths = await texts(page, '.opblock-summary-path');
    // Long paths hold places where they may be broken.
    const listed = [...new Set(paths.map((path) => path.replaceAll('\u200b', '')))];
    const post = page.locator('.opblock-post .opblock-summary-control');
    await post.filter({ hasText: /Summarize(?!Stream)/ }).first().click();
    await page.locator('.body-param__text').fill('{"documentText": "one two three"}');
    await page.getByRole('button', { name: 'Execute' }).click();
    const status = page.locator('.live-responses-table tbody .response-col_status').first();
    await status.waitFor();
    const answer = await page.locator('.live-responses-table .highlight-code').first().textContent();
    await post.filter({ hasText: 'SummarizeStream' }).click();
    await page.getByRole('link', { name: 'watch it in the console' }).click();
    await page.locator('#streams form').waitFor();
    return { listed, status: await status.textContent(), answer, address: new URL(page.url()).hash };
  },

  /** A stream that the server holds after its first event until it is told to go on. */
  async held(page) {
    await consoleOf(page, base, 'SummarizerAgent_SummarizeStream', '{"documentText": "hold"}');
    await start(page);
    await page.locator('#streams .events li').first().waitFor();
    const before = { events: await events(page), state: await page.locator('#streams .state').textContent() };
    await page.request.post(`${base}/summarizer.v1.SummarizerAgent/Summarize`, { data: { documentText: 'go on' } });
    await state(page, 'ended');
    const after = { events: await events(page), ids: await ids(page) };
    await tab(page, 'Raw');
    const raw = await page.locator('#streams .raw').textContent();
    await tab(page, 'Text');
    return { before, after, raw, text: await page.locator('#streams .text').textContent() };
  },

  /** A held stream is stopped; the server answers once it has noticed. */
  async stopped(page) {
    await consoleOf(page, base, 'SummarizerAgent_SummarizeStream', '{"documentText": "hold"}');
    await start(page);
    await page.locator('#streams .events li').first().waitFor();
    await stop(page);
    await state(page, 'stopped');
    const noticed = await page.request.post(`${base}/summarizer.v1.SummarizerAgent/Summarize`,
      { data: { documentText: 'stopped?' } });
    return { noticed: await noticed.json(), events: await events(page), notes: await texts(page, '#streams .note') };
  },

  /** A stream that fails after two events. */
  async failing(page) {
    await consoleOf(page, base, 'Archive_ReadAloud_2', '{"text": "a b c", "failAfter": 2}');
    await start(page);
    await state(page, 'failed');
    return { events: await events(page), state: await page.locator('#streams .state').textContent(),
      failure: await texts(page, '#streams .failure') };
  },

  /** A request that is refused before there is a stream, and one that is no JSON. */
  async refused(page) {
    await consoleOf(page, base, 'Archive_ReadAloud_2', '{}');
    await start(page);
    await state(page, 'failed');
    const refused = await texts(page, '#streams .failure');
    await page.locator('#streams textarea.code').fill('{"text":');
    await start(page);
    await page.locator('#streams .state', { hasText: 'no JSON' }).waitFor();
    return { refused, ids: await ids(page) };
  },

  /** A connection that breaks after the second event, and one that starts after it. */
  async resumed(page) {
    let saw;
    const proxy = await cutting(base, '2', undefined, new Promise((resolve) => { saw = resolve; }));
    await consoleOf(page, proxy.url, 'Archive_ReadAloud', '{"text": "a b c d"}');
    await start(page);
    await page.locator('#streams .id', { hasText: '-2' }).waitFor();
    saw();
    await state(page, 'ended');
    const seen = { events: await events(page), ids: await ids(page), notes: await texts(page, '#streams .note') };
    await page.getByText('Headers', { exact: true }).click();
    await page.getByLabel('Last-Event-ID').fill('3');
    await start(page);
    await page.locator('#streams .id', { hasText: '-4' }).waitFor();
    await state(page, 'ended');
    proxy.close();
    const asked = proxy.connections.filter((one) => one.path.startsWith('/v1/aloud'));
    return { ...seen, after: await ids(page), asked: asked.map((one) => one.lastEventId) };
  },

  /** Requests and replies that are both streams. */
  async conversation(page) {
    await consoleOf(page, base, 'Archive_Discuss', '{"text": "why"}\n{"text": "how"}');
    await start(page);
    await state(page, 'ended');
    return { events: await events(page) };
  },

  /** Bytes both ways. */
  async bytes(page) {
    await consoleOf(page, base, 'Archive_Photocopy', 'a line\nand 2 more');
    await start(page);
    await state(page, 'ended');
    await tab(page, 'Text');
    return { text: await page.locator('#streams .text').textContent() };
  },

  /** The rpcs that the console offers. */
  async listed(page) {
    await page.goto(`${base}/docs#streams`);
    await page.locator('#streams nav a').first().waitFor();
    return page.locator('#streams nav a').evaluateAll((links) => links.map((link) => link.dataset.id));
  },

  /** Every channel with its facts. */
  async channels(page) {
    await page.goto(`${base}/docs#queue`);
    await page.locator('#queue article').first().waitFor();
    const card = page.locator('[id="queue-Archive_CreateDocument"]');
    const facts = await card.locator('.facts > div').evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [...row.children].map((cell) => cell.textContent))));
    const subjects = await texts(page, '#queue article > .path code');
    return { subjects, facts, messages: await card.locator('summary code').allTextContents() };
  },

  /** The parser of server-sent events, given a text in one piece and byte by byte. */
  async parser(page) {
    const streams = JSON.parse(process.argv[5]);
    await page.goto(`${base}/docs#streams`);
    return page.evaluate(async (texts) => {
      const script = document.querySelector('script[type=module]').src;
      const { EventParser } = await import(new URL('events.js', script));
      const parse = (pieces) => {
        const events = [];
        const parser = new EventParser({ onEvent: (event) => events.push(event), onRetry: (retry) => events.push({ retry }) });
        for (const piece of pieces) parser.feed(piece);
        return events;
      };
      return texts.map((text) => ({ whole: parse([text]), pieces: parse([...text]) }));
    }, streams);
  },
};

async function main() {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const [errors, elsewhere] = [[], []];
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:' && hostname !== new URL(base).hostname) elsewhere.push(request.url());
    });
    const seen = await SCENARIOS[scenario](page);
    console.log(JSON.stringify({ seen, errors, elsewhere }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
