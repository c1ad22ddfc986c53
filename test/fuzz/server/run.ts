/**
 * `npm run fuzz:server -- --count 1000 --seed 7`: so many PrismClusters, each written about five times through a real API server of its
 * own. Prints the seed, the writes by way and version, and the first batch's faults; ends with 1 where there are some.
 */
import { parseArgs } from "node:util";
import { answerWebhooks } from "../../flow/answering-webhooks.ts";
import { openControlPlane } from "../../flow/control-plane.ts";
import { fuzzServer } from "./server-fuzz.ts";

const MOST = 1_000_000;

const { values } = parseArgs({
  options: { count: { type: "string", default: "200" }, seed: { type: "string" } },
});
const objects = wholeNumber(values.count, "count");
const seed = wholeNumber(values.seed ?? String(Math.floor(Math.random() * MOST)), "seed");
process.stdout.write(`seed ${seed}\n`);
const plane = await openControlPlane({ isExclusive: true });
try {
  const webhooks = await answerWebhooks(plane, { isAdmitting: true });
  const since = performance.now();
  const { writes, faults } = await fuzzServer(plane, { seed, objects }, (done) => {
    if (done % 200 === 0) process.stdout.write(`${done} objects\n`);
  });
  for (const [way, count] of [...writes].toSorted()) process.stdout.write(`${way}: ${count}\n`);
  const total = [...writes.values()].reduce((sum, count) => sum + count, 0);
  const seconds = ((performance.now() - since) / 1_000).toFixed(0);
  process.stdout.write(
    `${objects} objects, ${total} writes, ${faults.length} faults, ${seconds} s\n`,
  );
  for (const fault of faults) process.stdout.write(`\n${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
  await webhooks.stop();
} finally {
  await plane.close();
}

function wholeNumber(text: string, name: string): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= MOST) return number;
  process.stderr.write(`--${name} must be a whole number up to ${MOST}\n`);
  process.exit(2);
}
