import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { stringify } from "yaml";
import type { Layout } from "./layout.ts";
import type { Connection } from "./plan.ts";

/** Writes the keys for service account tokens and the token of the administrator; answers that token. */
export function writeCredentials(layout: Layout): string {
  mkdirSync(dirname(layout.signingKey), { recursive: true, mode: 0o700 });
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "sec1", format: "pem" },
  });
  const token = randomBytes(24).toString("hex");
  writeFileSync(layout.signingKey, privateKey, { mode: 0o600 });
  writeFileSync(layout.signingPublicKey, publicKey);
  const user = `${token},admin,admin,"system:masters"\n`;
  writeFileSync(layout.tokens, user, { mode: 0o600 });
  return token;
}

/** Writes a kubeconfig with one cluster, user and context. */
export function writeKubeconfig(path: string, connection: Connection): void {
  const ca = Buffer.from(connection.certificateAuthority).toString("base64");
  const cluster = { server: connection.server, "certificate-authority-data": ca };
  const name = "prism";
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user: { token: connection.token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
    "current-context": name,
  };
  writeFileSync(path, stringify(kubeconfig), { mode: 0o600 });
}
