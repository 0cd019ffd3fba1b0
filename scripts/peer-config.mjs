// What the published vercel CLI says of configs: the validator and the route compiler out of its bundle (target/peers-vercel, `scripts/peers vercel`).
//
//   node scripts/peer-config.mjs FILE.ndjson     lines {"id", "text"}; prints {"id", "valid", "stage", "code"} for each,
//                                                and on stderr how long one text takes on average
//
// The texts are read with JSON.parse, as the CLI does. Stages: parse, schema, semantic, routes.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const chunks = path.join(path.dirname(fileURLToPath(import.meta.url)), '../target/peers-vercel/node_modules/vercel/dist/chunks');

/** The exports of the chunk whose text holds `mark` and which, tried by `pick`, has what is wanted. */
async function find(mark, pick) {
  for (const name of fs.readdirSync(chunks).filter((name) => name.endsWith('.js'))) {
    const file = path.join(chunks, name);
    if (!fs.readFileSync(file, 'utf8').includes(mark)) continue;
    const found = pick(await import(pathToFileURL(file)));
    if (found) return found;
  }
  throw new Error(`no chunk of the CLI exports ${mark}`);
}

const validate = await find('FUNCTIONS_AND_BUILDS', (chunk) => chunk.validateConfig);
const compile = await find('getTransformedRoutes', (chunk) => {
  const packages = Object.entries(chunk).filter(([name]) => /^require_dist\d*$/.test(name));
  return packages.map(([, load]) => load().getTransformedRoutes).find(Boolean);
});

function refused(stage, error) {
  return { valid: false, stage, code: error.code ?? error.name };
}

function judge(text) {
  let config;
  try {
    config = JSON.parse(text);
  } catch (error) {
    return refused('parse', error);
  }
  try {
    const error = validate(config);
    if (error) return refused(error.code === 'INVALID_VERCEL_CONFIG' ? 'schema' : 'semantic', error);
    const routes = compile(config);
    return routes.error ? refused('routes', routes.error) : { valid: true };
  } catch (error) {
    return refused('crash', error);
  }
}

// The compiler talks of what a later path-to-regexp would do.
console.error = console.warn = () => {};
process.removeAllListeners('warning');

const rows = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const started = performance.now();
const verdicts = rows.map(({ id, text }) => ({ id, ...judge(text) }));
const taken = performance.now() - started;
process.stdout.write(verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join(''));
process.stderr.write(`${JSON.stringify({ texts: rows.length, ms_each: taken / rows.length })}\n`);
