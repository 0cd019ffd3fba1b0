// What the platform's own tools make of a function: the files by @vercel/nft, the zip by yazl, both from target/peers (scripts/peers).
//
//   node scripts/peer-size.mjs BASE LIST.json         zips the files named in {"files": [...]}, relative to BASE
//   node scripts/peer-size.mjs BASE --trace ENTRY...  traces the entries, relative to BASE, then zips what they need
//                                                     (unless --no-zip is given behind them)
//
// The archive is made as the platform's builder makes it: names sorted, every file deflated at the default level, one fixed time.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const peers = path.join(path.dirname(fileURLToPath(import.meta.url)), '../target/peers/package.json');
const require = createRequire(peers);

async function trace(base, entries) {
  const { nodeFileTrace } = require('@vercel/nft');
  const options = { base, processCwd: base, mixedModules: true, moduleSyncCatchall: true, ts: true };
  const { fileList } = await nodeFileTrace(entries.map((entry) => path.join(base, entry)), options);
  return [...fileList];
}

async function zip(base, files) {
  const { ZipFile } = require('yazl');
  const archive = new ZipFile();
  let bytes = 0;
  for (const name of files) {
    const file = path.join(base, name);
    const stat = fs.lstatSync(file);
    const options = { mode: stat.mode, mtime: new Date(Date.UTC(2018, 9, 20)) };
    if (stat.isSymbolicLink()) {
      const target = Buffer.from(fs.readlinkSync(file));
      bytes += target.length;
      archive.addBuffer(target, name, options);
    } else if (stat.isFile()) {
      bytes += stat.size;
      archive.addFile(file, name, options);
    }
  }
  archive.end();
  let zipBytes = 0;
  for await (const chunk of archive.outputStream) zipBytes += chunk.length;
  return { bytes, zip_bytes: zipBytes };
}

const noZip = process.argv.includes('--no-zip');
const [folder, list, ...entries] = process.argv.slice(2).filter((argument) => argument !== '--no-zip');
const base = path.resolve(folder);
const started = performance.now();
const files = (list === '--trace' ? await trace(base, entries) : JSON.parse(fs.readFileSync(list, 'utf8')).files).sort();
const traced = performance.now();
const sizes = noZip ? {} : await zip(base, files);
const zipped = performance.now();
const times = { trace_ms: Math.round(traced - started), zip_ms: Math.round(zipped - traced) };
const node = Number(process.versions.node.split('.')[0]);
const shown = list === '--trace' ? { files } : { files: files.length };
console.log(JSON.stringify({ ...shown, ...sizes, ...times, node }));
