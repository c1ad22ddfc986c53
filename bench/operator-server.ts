/** The operator's webhooks alone, as `src/main.ts` puts them together, for the side-by-side comparison. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { admittedKinds, loadCrds } from "../src/kinds.ts";
import { startWebhooks } from "../webhooks/webhooks.ts";

const [folder = "."] = process.argv.slice(2);
const service = await startWebhooks({
  kinds: admittedKinds(loadCrds()),
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
