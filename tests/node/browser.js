// A headless Chromium with a profile of its own, for the length of one report.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const MILLISECONDS = 60_000;

// Opens a page and ends the browser with the report that the page brings about,
// or after a minute with the word `timeout`.
async function browse(chromium, page, report, flags = []) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'agentgen-browser-'));
  const all = [...FLAGS, ...flags, `--user-data-dir=${profile}`, page];
  const browser = spawn(chromium, all, { stdio: 'ignore', detached: true });
  const exited = new Promise((resolve) => { browser.once('exit', resolve); });
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('timeout'), MILLISECONDS);
  });
  try {
    return await Promise.race([report, late]);
  } finally {
    clearTimeout(timer);
    // Its helpers are of its process group, and may still write to the profile.
    process.kill(-browser.pid, 'SIGKILL');
    await exited;
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

module.exports = { browse };
