/** What answers at a webhook's URL, and whether the caBundle trusts it. Webhooks behind a Service cannot be asked from outside. */
import { connect, type PeerCertificate } from "node:tls";
import { textAt } from "../../domain/json-read.ts";
import { clientConfigs } from "./gather.ts";
import type { Serving, World } from "./world.ts";

/** The world with what is served at the URLs of our webhooks; each URL is asked once. */
export async function withServings(
  world: World,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<World> {
  const wanted = new Map(
    world.objects.flatMap(clientConfigs).flatMap(({ config }) => {
      const url = textAt(config, "url");
      const bundle = textAt(config, "caBundle");
      return url === undefined ? [] : [[new URL(url).origin, bundle] as const];
    }),
  );
  const servings = await Promise.all(
    [...wanted].map(([url, bundle]) => serving(new URL(url), bundle, deadlineMs, signal)),
  );
  return { ...world, servings };
}

function serving(
  url: URL,
  bundle: string | undefined,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Serving> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const ca = bundle === undefined ? "" : Buffer.from(bundle, "base64").toString("utf8");
  return new Promise((resolve) => {
    // Looks at what is served whether it is trusted or not: nothing is sent.
    const socket = connect({ host, port: Number(url.port || 443), ca, rejectUnauthorized: false });
    const end = (found: Omit<Serving, "url">): void => {
      socket.destroy();
      signal.removeEventListener("abort", stop);
      resolve({ url: url.origin, ...found });
    };
    const stop = (): void => end({ answer: "closed", message: "stopped" });
    signal.addEventListener("abort", stop, { once: true });
    socket.setTimeout(deadlineMs, () => end({ answer: "closed", message: "no answer in time" }));
    socket.on("error", ({ message }) => end({ answer: "closed", message }));
    socket.on("secureConnect", () => {
      const expiry = expiryOf(socket.getPeerCertificate());
      const { authorized, authorizationError } = socket;
      if (authorized) end({ answer: "trusted", message: "", ...expiry });
      else end({ answer: "untrusted", message: String(authorizationError), ...expiry });
    });
  });
}

function expiryOf(certificate: PeerCertificate): Pick<Serving, "expiresAt"> {
  const at = Date.parse(certificate.valid_to ?? "");
  return Number.isNaN(at) ? {} : { expiresAt: new Date(at).toISOString() };
}
