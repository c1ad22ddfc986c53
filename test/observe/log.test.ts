import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "../../src/observe/log.ts";
import { followLevelFile } from "../../src/observe/log-level-file.ts";

interface Lines {
  readonly lines: Record<string, unknown>[];
  write(text: string): void;
}

function collector(): Lines {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (text) => void lines.push(JSON.parse(text)) };
}

describe("the log", () => {
  it("has the source's fields, and redacts what could be a secret", () => {
    const destination = collector();
    const log = createLog({ level: "info", destination });
    log.info({ controller: "prismcluster", name: "a", token: "x", it: { data: "y" } }, "Created");
    const [{ ts, ...line } = {}] = destination.lines;
    assert.match(String(ts), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const rest = { controller: "prismcluster", name: "a", msg: "Created" };
    assert.deepEqual(line, {
      level: "info",
      ...rest,
      token: "[Redacted]",
      it: { data: "[Redacted]" },
    });
  });

  it("gives every line what its surroundings say", () => {
    const destination = collector();
    createLog({ level: "info", destination, surroundings: () => ({ trace_id: "1" }) }).info("x");
    assert.equal(destination.lines[0]?.["trace_id"], "1");
  });

  it("is JSON where nobody looks on, and text for people on demand", () => {
    const run = (format: string): string => {
      const args = ["src/main.ts", "--kubeconfig=/none", `--log-format=${format}`];
      return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout;
    };
    assert.match(run("auto"), /^\{"level":"error","ts":"[^"]+","msg":"[^"]*\/none/);
    const text = run("text");
    assert.match(text, /^\[\d\d:\d\d:\d\d\.\d{3}\] ERROR: .*\/none/);
    assert.equal(text.includes("\u001b"), false, "no colours outside a terminal");
  });
});

describe("the level file", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "prism-level-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("changes the level while the process runs, and keeps it where the file says nothing sensible", async () => {
    const path = join(folder, "level");
    const stop = new AbortController();
    const destination = collector();
    const log = createLog({ level: "info", destination });
    const become = async (level: string): Promise<void> => {
      while (log.level !== level) await sleep(5);
    };
    await followLevelFile(log, path, stop.signal, 10);
    assert.equal(log.level, "info", "there is no file yet");
    writeFileSync(path, "debug\n");
    await become("debug");
    assert.deepEqual(told(destination), [["Changed the log level", "debug"]]);
    writeFileSync(path, "loud");
    while (destination.lines.length < 2) await sleep(5);
    assert.equal(log.level, "debug");
    assert.match(
      String(destination.lines[1]?.["error"]),
      /"loud" is none of debug, info, warn, error/,
    );
    rmSync(path);
    await become("info");
    writeFileSync(path, "error");
    await become("error");
    stop.abort();
  });
});

function told({ lines }: Lines): unknown[] {
  return lines.map((line) => [line["msg"], line["log_level"]]);
}
