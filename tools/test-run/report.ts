import { relative, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { spec } from "node:test/reporters";
import { FileTally, fileLine, isFailedHook } from "./file-tally.ts";
import type { RunResult } from "./run-result.ts";
import type { Shard } from "./shards.ts";

type TestsStream = ReturnType<typeof run>;
type Summary = Extract<TestEvent, { type: "test:summary" }>["data"];
type Coverage = Extract<TestEvent, { type: "test:coverage" }>["data"];

/** Node's own words for a failure, and what a test wrote, are worth reading; each test that passed is not. */
const shown: ReadonlySet<string> = new Set(["test:fail", "test:stderr", "test:stdout"]);

/**
 * Follows a run: one line for each file, failures in full, and at the end coverage and all failures again. Node counts a file without a
 * test as one that passed; here it is none, and a complaint unless names were asked for.
 */
export async function reportRun(
  stream: TestsStream,
  areNamesAsked: boolean,
  output: Writable,
  shards: readonly Shard[] = [],
): Promise<RunResult> {
  const failures = new spec();
  failures.on("data", (text: unknown) => output.write(String(text)));
  let summary: Summary | undefined;
  const complaints: string[] = [];
  const empty: string[] = [];
  let failedHooks = 0;
  const tally = new FileTally();
  for await (const event of stream) {
    tally.add(event);
    if (shown.has(event.type) || isWhole(event)) failures.write(event);
    if (isWhole(event)) summary = event.data;
    else output.write(lineOf(event, shards, tally));
    failedHooks += Number(isFailedHook(event));
    if (isEmptyFile(event)) empty.push(`${event.data.name} holds no test.`);
    complaints.push(...complaintsOf(event));
  }
  failures.end();
  const silent = shards.flatMap(({ files }) => files.filter((file) => !tally.has(file)));
  const unheard = silent.map((file) => `${relative(process.cwd(), file)} holds no test.`);
  if (!areNamesAsked) complaints.push(...empty, ...unheard);
  if (summary) {
    const { passed, failed, skipped } = countsOf(summary);
    return { passed: passed - empty.length, failed: failed + failedHooks, skipped, complaints };
  }
  return { passed: 0, failed: 0, skipped: 0, complaints: ["The run was cut off."] };
}

/** The summary of the run; each file has one of its own before. */
function isWhole(event: TestEvent): event is Extract<TestEvent, { type: "test:summary" }> {
  return event.type === "test:summary" && event.data.file === undefined;
}

/** Only a file without tests is reported as a test itself, by its path. */
function isEmptyFile(event: TestEvent): event is Extract<TestEvent, { type: "test:pass" }> {
  if (event.type !== "test:pass" || event.data.nesting > 0) return false;
  const { name, file } = event.data;
  return file !== undefined && resolve(name) === file;
}

function lineOf(event: TestEvent, shards: readonly Shard[], tally: FileTally): string {
  if (event.type === "test:coverage") return coverageLine(event.data);
  if (event.type !== "test:summary") return "";
  const file = event.data.file ?? "";
  const shard = shards.find(({ entry }) => entry === file);
  if (shard) return shard.files.map((one) => tally.line(one)).join("");
  const { passed, failed, skipped } = countsOf(event.data);
  return fileLine(file, passed, failed, skipped, event.data.duration_ms);
}

/** Coverage below its threshold comes as a diagnostic of level error. */
function complaintsOf(event: TestEvent): readonly string[] {
  if (event.type !== "test:diagnostic" || event.data.level !== "error") return [];
  return [event.data.message];
}

function countsOf(summary: Summary): Omit<RunResult, "complaints"> {
  const { tests, passed, skipped, todo } = summary.counts;
  return { passed, failed: tests - passed - skipped - todo, skipped: skipped + todo };
}

function coverageLine(coverage: Coverage): string {
  const { totals, files } = coverage.summary;
  if (files.length === 0) return "";
  const percent = (value: number) => `${value.toFixed(1)} %`;
  const least = files
    .toSorted((a, b) => a.coveredLinePercent - b.coveredLinePercent)
    .slice(0, 5)
    .map((file) => `${relative(process.cwd(), file.path)} ${percent(file.coveredLinePercent)}`);
  return (
    `Coverage: lines ${percent(totals.coveredLinePercent)}, branches ${percent(totals.coveredBranchPercent)}, ` +
    `functions ${percent(totals.coveredFunctionPercent)}. Least: ${least.join(", ")}\n`
  );
}
