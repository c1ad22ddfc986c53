/**
 * Takes the webhook configurations away, before an uninstall takes what answers them. Ends with 0 when they are gone. Needs the right to delete
 * exactly these two objects.
 */
import type { Transport } from "../../src/kube/transport.ts";
import { hookClient, untilGood } from "./hook-client.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const NAMES = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map(
  (plural) => `${plural}/prism-operator`,
);
const WITHIN_MS = 60_000;

async function remove(client: Transport, name: string, signal: AbortSignal): Promise<string[]> {
  const answer = await client.call({ method: "DELETE", path: `${GROUP}/${name}` }, signal);
  if (answer.ok || answer.failure.kind === "not-found") return [];
  return [`${name}: ${answer.failure.message}`];
}

if (import.meta.main) {
  const client = await hookClient();
  const complaint = await untilGood(async (signal) => {
    const left = await Promise.all(NAMES.map((name) => remove(client, name, signal)));
    return left.flat().join("; ") || undefined;
  }, WITHIN_MS);
  client.close();
  process.stdout.write(complaint === undefined ? "The webhook configurations are gone.\n" : "");
  if (complaint !== undefined) {
    process.stderr.write(`The webhook configurations are still there: ${complaint}\n`);
    process.exitCode = 1;
  }
}
