// Parses the AsyncAPI documents given as arguments with the reference parser
// and fails on any finding that is an error or a warning.
const fs = require('node:fs');
const ajv = require('@stoplight/spectral-functions/dist/schema/ajv');
const { Parser } = require('@asyncapi/parser');

// The parser compiles the schema of AsyncAPI for every document anew, which
// takes most of its time. What is compiled once judges all of them.
function compileOnce() {
  const instances = ajv.createAjvInstances();
  ajv.createAjvInstances = () => instances;
}

async function main(paths) {
  compileOnce();
  const parser = new Parser();
  let errors = 0;
  for (const path of paths) {
    const { document, diagnostics } = await parser.parse(fs.readFileSync(path, 'utf8'));
    const severe = diagnostics.filter((diagnostic) => diagnostic.severity <= 1);
    for (const { code, message, path: place } of severe) {
      console.log(`${path}: ${place.join('/')}: ${code}: ${message}`);
    }
    errors += severe.length + (document ? 0 : 1);
  }
  process.exitCode = paths.length > 0 && errors === 0 ? 0 : 1;
}

main(process.argv.slice(2));
