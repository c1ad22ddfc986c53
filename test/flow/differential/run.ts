/**
 * The long comparison: `npm run differential -- [objects] [seed] [--messages]`; messages count only when asked for. It starts a control plane of its own, prints the seed,
 * and for a disagreement the smallest write it found, ready to be kept as a fixture.
 */
import { randomInt } from "node:crypto";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";
import { compileCrd } from "../../../schemas/engine.ts";
import { startControlPlane } from "../../../tools/control-plane/control-plane.ts";
import type { Connection } from "../../../tools/control-plane/plan.ts";
import { compareWithServer } from "./differential.ts";
import { Oracle } from "./oracle.ts";
import { requestText } from "./request-text.ts";
import { readSubjects, type Subject } from "./subject.ts";

const { values, positionals } = parseArgs({
  options: { messages: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [objects = 10_000, seed = randomInt(2 ** 31)] = positionals.map(wholeNumber);
const isExact = values.messages;
const subjects = readSubjects(globSync("crds/*.yaml"));
process.stdout.write(`seed ${seed}\n`);
const plane = await startControlPlane({ scope: "api-server" });
try {
  for (const subject of subjects) {
    await compare(plane, subject, Math.ceil(objects / subjects.length));
  }
} finally {
  await plane.stop();
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(
    `usage: npm run differential -- [objects] [seed] [--messages]; ${text} is no whole number`,
  );
}

async function compare(connection: Connection, subject: Subject, count: number): Promise<void> {
  const oracle = new Oracle(connection, subject.version, "default");
  await oracle.install(subject.crd);
  const started = performance.now();
  const options = { objects: count, seed, exact: isExact };
  const found = await compareWithServer(compileCrd(subject.version), oracle, options);
  oracle.close();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (found === undefined) {
    process.stdout.write(`${subject.name}: ${count} objects, no disagreement, ${seconds} s\n`);
    return;
  }
  const { difference, ...write } = found;
  process.stdout.write(`${subject.name}: ${difference}\n${requestText({ ...write })}\n`);
  process.exitCode = 1;
}
