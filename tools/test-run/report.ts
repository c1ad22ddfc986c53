import { relative, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { spec } from "node:test/reporters";
import type { RunResult } from "./run-result.ts";

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
): Promise<RunResult> {
  const failures = new spec();
  failures.on("data", (text: unknown) => output.write(String(text)));
  let summary: Summary | undefined;
  const complaints: string[] = [];
  const empty: string[] = [];
  let failedHooks = 0;
  for await (const event of stream) {
    if (shown.has(event.type) || isWhole(event)) failures.write(event);
    if (isWhole(event)) summary = event.data;
    else output.write(lineOf(event));
    failedHooks += Number(isFailedHook(event));
    if (isEmptyFile(event)) empty.push(`${event.data.name} holds no test.`);
    complaints.push(...complaintsOf(event));
  }
  failures.end();
  if (!areNamesAsked) complaints.push(...empty);
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

/** What is set up before or taken down after a suite fails beside its tests, and Node counts tests alone. */
function isFailedHook(event: TestEvent): boolean {
  if (event.type !== "test:fail" || event.data.details.type !== "suite") return false;
  const { error } = event.data.details;
  return "failureType" in error && error.failureType === "hookFailed";
}

/** Only a file without tests is reported as a test itself, by its path. */
function isEmptyFile(event: TestEvent): event is Extract<TestEvent, { type: "test:pass" }> {
  if (event.type !== "test:pass" || event.data.nesting > 0) return false;
  const { name, file } = event.data;
  return file !== undefined && resolve(name) === file;
}

function lineOf(event: TestEvent): string {
  if (event.type === "test:coverage") return coverageLine(event.data);
  return event.type === "test:summary" ? fileLine(event.data) : "";
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

function fileLine(summary: Summary): string {
  const { passed, failed, skipped } = countsOf(summary);
  const file = relative(process.cwd(), summary.file ?? "");
  const more = [failed > 0 ? `, ${failed} failed` : "", skipped > 0 ? `, ${skipped} skipped` : ""];
  const mark = failed > 0 ? "✖" : "✔";
  const seconds = (summary.duration_ms / 1000).toFixed(1);
  return `${mark} ${file}: ${passed} passed${more.join("")} (${seconds} s)\n`;
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
