// Writes the TypeScript types of each OpenAPI document given, next to it, and
// compiles all of them under --strict; fails on any error.

const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { default: openapi, astToString } = require("openapi-typescript");
const ts = require("typescript");

async function main(documents) {
  const files = [];
  for (const document of documents) {
    const types = document.replace(/\.json$/, ".ts");
    fs.writeFileSync(types, astToString(await openapi(pathToFileURL(document), { silent: true })));
    files.push(types);
  }
  const program = ts.createProgram(files, { strict: true, noEmit: true, types: [] });
  const faults = ts.getPreEmitDiagnostics(program);
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => "",
    getNewLine: () => "\n",
  };
  process.stdout.write(ts.formatDiagnostics(faults, host));
  return faults.length === 0 && files.length > 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => process.exit(code));
