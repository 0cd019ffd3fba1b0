// How long Node's zlib makes content, as the platform's builder deflates it (raw, level 6).
//
//   node scripts/peer-deflate.mjs --generated SEED > fixtures/deflate.ndjson
//       made-up contents, one a line: [kind, seed, length, deflated length]; tests/bundle_deflate.rs makes the same ones
//   node scripts/peer-deflate.mjs FOLDER...
//       every regular file in the folders, one a line: [path, deflated length]
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const deflated = (bytes) => zlib.deflateRawSync(bytes, { level: 6 }).length;

/** Numbers that look random: the upper bits of a linear congruential generator. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

const KINDS = {
  zeros: () => () => [0],
  noise: (next) => () => [next(256)],
  text: (next) => () => Buffer.from(`function f${next(4096)}(){return ${next(65536)}}\n`),
  // Each byte is about 1.6 times as frequent as the next, so the rarest would get codes of more than 15 bits.
  steep: (next) => {
    const sums = [1];
    for (let weight = 1, before = 1; sums.length < 22; [weight, before] = [weight + before, weight]) sums.push(sums.at(-1) + weight);
    return () => {
      const at = next(sums.at(-1));
      return [sums.findIndex((sum) => at < sum)];
    };
  },
  // Noise and copies of what came before, from any distance.
  mixed: (next) => (bytes, length) => {
    if (length === 0 || next(2) === 0) return Array.from({ length: 1 + next(12) }, () => next(64));
    const [distance, count] = [1 + next(Math.min(length, 40_000)), 1 + next(next(8) === 0 ? 600 : 24)];
    return Array.from({ length: count }, (_, at) => bytes[length - distance + (at % distance)]);
  },
  // Noise that comes again at the very edge of the window.
  window: (next) => {
    const period = 32_500 + next(16);
    return (bytes, length) => [length < period ? next(256) : bytes[length - period]];
  },
};

function content(kind, seed, length) {
  const bytes = new Uint8Array(length + 1024);
  const more = KINDS[kind](random(seed));
  for (let filled = 0; filled < length; ) {
    const part = more(bytes, filled);
    bytes.set(part, filled);
    filled += part.length;
  }
  return bytes.subarray(0, length);
}

function generated(seed) {
  const around = (length, less, more) => Array.from({ length: less + more + 1 }, (_, at) => length - less + at);
  const short = [...around(6, 6, 6), ...around(258, 3, 6), 1000];
  const blocks = around(16_383, 2, 3);
  const windows = [...around(32_768, 2, 2), ...around(65_277, 6, 6), ...around(65_536, 2, 2)];
  const lengths = {
    zeros: [...short, ...windows, 1_086_464],
    noise: [...short, ...blocks, 32_766, 70_000, 1_100_000],
    text: [...short, ...windows, 200_000, 1_048_576, 1_048_577],
    steep: [1000, 20_000, 50_000, 70_000],
    mixed: [...short, ...windows, ...around(98_000, 4, 4), 300_000, 1_086_464, 1_500_000],
    window: [40_000, ...windows, 98_300, 131_072, 600_000],
  };
  for (const kind of Object.keys(KINDS)) {
    lengths[kind].forEach((length, at) => {
      console.log(JSON.stringify([kind, seed + at, length, deflated(content(kind, seed + at, length))]));
    });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--generated') {
  generated(Number(rest[0]));
} else {
  for (const folder of process.argv.slice(2)) {
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      if (entry.isFile()) console.log(JSON.stringify([file, deflated(fs.readFileSync(file))]));
    }
  }
}
