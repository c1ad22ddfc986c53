/**
 * The operator's webhooks alone, as `src/main.ts` puts them together and with its heap, metrics and log, for the
 * side-by-side comparison. A line on standard input asks how late the event loop was since the last one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tuneHeap } from "../src/heap.ts";

tuneHeap(process.execArgv);
const { pino } = await import("pino");
const { ALONE } = await import("../src/domain/family.ts");
const { admittedKinds, loadCrds } = await import("../src/kinds.ts");
const { watchEventLoop } = await import("../src/observe/event-loop-lag.ts");
const { createLog } = await import("../src/observe/log.ts");
const { createMetrics } = await import("../src/observe/metrics.ts");
const { webhookTelemetry } = await import("../src/telemetry.ts");
const { startWebhooks } = await import("../webhooks/webhooks.ts");

const [folder = "."] = process.argv.slice(2);
const log = createLog({ level: "info", destination: pino.destination("/dev/null") });
const service = await startWebhooks({
  kinds: admittedKinds(loadCrds()),
  observer: webhookTelemetry(createMetrics(), log),
  neighbours: () => [],
  family: ALONE,
  refuseEarly: true,
  host: "127.0.0.1",
  port: 0,
  pair: {
    cert: readFileSync(join(folder, "tls.crt"), "utf8"),
    key: readFileSync(join(folder, "tls.key"), "utf8"),
  },
});
const lag = watchEventLoop();
process.stdin.on("data", () => {
  process.stdout.write(`${JSON.stringify({ lagMs: lag.p99Ms() })}\n`);
});
process.stdout.write(`${JSON.stringify({ port: service.port })}\n`);
