/** The operator's webhooks alone, as `src/main.ts` puts them together, for the side-by-side comparison. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "../src/domain/registry.ts";
import { admittedKinds } from "../webhooks/admitted-kind.ts";
import { startWebhooks } from "../webhooks/webhooks.ts";

const [folder = "."] = process.argv.slice(2);
const service = await startWebhooks({
  kinds: admittedKinds(
    globSync(join(import.meta.dirname, "../crds/*.yaml")).map((file) => readFileSync(file, "utf8")),
    KINDS,
  ),
  observer: {
    admitted() {},
    converted() {},
    faulted() {},
    panicked: (_, error) => process.stderr.write(`${error}\n`),
  },
  neighbours: () => [],
  refuseEarly: true,
  host: "127.0.0.1",
  port: 0,
  pair: {
    cert: readFileSync(join(folder, "tls.crt"), "utf8"),
    key: readFileSync(join(folder, "tls.key"), "utf8"),
  },
});
process.stdout.write(`${JSON.stringify({ port: service.port })}\n`);
