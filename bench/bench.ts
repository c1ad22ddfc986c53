/**
 * `npm run bench`: the operator's webhooks beside a bare node:https server and the same webhooks in Go, in one run, one
 * core each. `--smoke` leaves the peer out and fails where a share of the floor fell by a fifth. `--write` puts the tables
 * into docs/benchmarks.md.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { issueAuthority, issueLeaf } from "../certs/certificate.ts";
import { writeBodies } from "./bodies.ts";
import { fullRun } from "./full-run.ts";
import { buildPeer } from "./peer.ts";
import { readBaseline, smokeRun, writeBaseline } from "./smoke.ts";
import type { Subject } from "./subject.ts";
import { startSubject } from "./subject.ts";
import { subjectPlans } from "./subject-plans.ts";

const REPORT = new URL("../docs/benchmarks.md", import.meta.url);
const MARK = "<!-- printed by npm run bench -->";

const { values: flags } = parseArgs({
  options: { smoke: { type: "boolean" }, write: { type: "boolean" } },
});

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "prism-bench-"));
  const subjects: Subject[] = [];
  try {
    const bodies = writeBodies(folder);
    const caBundle = await writeCertificate(folder);
    const peer = flags.smoke ? undefined : buildPeer(say);
    for (const plan of subjectPlans(folder, peer, flags.smoke === true)) {
      subjects.push(await startSubject(plan));
    }
    if (flags.smoke) return await smokeRun(subjects, bodies, readBaseline(), say);
    const busy = loadavg()[0] ?? 0;
    const { text, jobs } = await fullRun({ subjects, bodies, caBundle, say });
    const machine = `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, load of the machine ${busy.toFixed(1)} before.`;
    process.stdout.write(`${machine}\n\n${text}\n`);
    if (!flags.write) return 0;
    if (busy > cpus().length) {
      say(`the machine is busy (load ${busy.toFixed(1)}): nothing is written`);
      return 1;
    }
    const before = readFileSync(REPORT, "utf8").split(MARK);
    const page = [before[0], `\n${machine}\n\n${text}\n`, before[2] ?? "\n"].join(MARK);
    writeFileSync(REPORT, page);
    writeBaseline(jobs);
    return 0;
  } finally {
    await Promise.all(subjects.map((subject) => subject.stop()));
    rmSync(folder, { recursive: true });
  }
}

/** Writes a certificate for all servers; its authority, as webhook configurations have it. */
async function writeCertificate(folder: string): Promise<string> {
  const authority = await issueAuthority(Date.now());
  const leaf = await issueLeaf(authority, ["localhost", "127.0.0.1"], Date.now());
  writeFileSync(join(folder, "tls.crt"), leaf.cert);
  writeFileSync(join(folder, "tls.key"), leaf.key, { mode: 0o600 });
  return Buffer.from(authority.cert).toString("base64");
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exitCode = await main();
