// Takes the picture of the docs page that the README shows: the console, after
// a stream of `examples/summarizer`.
//
// Usage: docs_screenshot.js CHROMIUM BASE_URL PNG
const { chromium } = require('playwright-core');

const [executablePath, base, path] = process.argv.slice(2);
const REQUEST = { documentText: 'One contract gives an agent every transport it needs.', maxTokens: 9 };

async function main() {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1160, height: 560 } });
    await page.goto(`${base}/docs#streams`);
    await page.locator('#streams textarea.code').fill(JSON.stringify(REQUEST, null, 2));
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.locator('#streams .state[data-state=ended]').waitFor();
    await page.locator('#streams .id', { hasText: '#9' }).waitFor();
    await page.screenshot({ path });
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
