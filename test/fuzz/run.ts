/** `npm run fuzz -- --count 1000000`: conversion of so many objects in each direction of each kind; what is lost becomes a file of the corpus. */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { printJson } from "../../webhooks/lossless-json.ts";
import { directions, firstLoss } from "./conversion-fuzz.ts";

const CORPUS = "test/fixtures/conversion";
const STEP = 10_000;
const MOST = 1_000_000_000;

function wholeNumber(text: string, name: string): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= MOST) return number;
  process.stderr.write(`--${name} must be a whole number up to ${MOST}\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: { count: { type: "string", default: "10000" }, seed: { type: "string" } },
});
const count = wholeNumber(values.count, "count");
const seed = wholeNumber(values.seed ?? String(Math.floor(Math.random() * MOST)), "seed");
process.stdout.write(`seed ${seed}\n`);
for (const way of directions()) {
  const name = `${way.from.kind} ${way.from.apiVersion} to ${way.to}`;
  const since = performance.now();
  for (let done = 0; done < count; done += STEP) {
    const loss = firstLoss(way, seed + done, Math.min(STEP, count - done));
    if (loss === undefined) continue;
    const file = `${CORPUS}/${way.from.kind}-${loss.seed}.json`;
    mkdirSync(CORPUS, { recursive: true });
    writeFileSync(file, `${printJson(loss.object, true)}\n`);
    process.stdout.write(`${name}: seed ${loss.seed}: ${loss.reason}; kept as ${file}\n`);
    process.exitCode = 1;
    break;
  }
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  process.stdout.write(`${name}: ${count} objects, ${seconds} s\n`);
}
