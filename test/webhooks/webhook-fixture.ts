/** The whole webhook server with the repository's own CRDs, on loopback, and a client for it. */
import { Agent, request } from "node:https";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import { ALONE, type Family } from "../../src/domain/family.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { admittedKinds, loadCrds } from "../../src/kinds.ts";
import type { AdmittedKind } from "../../webhooks/admitted-kind.ts";
import type { WebhookLimits } from "../../webhooks/limits.ts";
import type { AdmissionCall, ConversionCall, WebhookObserver } from "../../webhooks/observer.ts";
import { startWebhooks, type WebhookService } from "../../webhooks/webhooks.ts";

/** Compiled once a process: it takes a second. */
let kinds: readonly AdmittedKind[] | undefined;

/** The repository's kinds with their CRDs. */
export function repositoryKinds(): readonly AdmittedKind[] {
  kinds ??= admittedKinds(loadCrds());
  return kinds;
}

/** Everything that was reported. */
export class Recorder implements WebhookObserver {
  readonly admissions: AdmissionCall[] = [];
  readonly conversions: ConversionCall[] = [];
  readonly faults: { readonly webhook: string; readonly code: number }[] = [];
  readonly panics: unknown[] = [];

  admitted(call: AdmissionCall): void {
    this.admissions.push(call);
  }
  converted(call: ConversionCall): void {
    this.conversions.push(call);
  }
  faulted(webhook: string, code: number): void {
    this.faults.push({ webhook, code });
  }
  panicked(_webhook: string, error: unknown): void {
    this.panics.push(error);
  }
}

export interface HttpAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: unknown;
}

export interface WebhookFixture {
  readonly service: WebhookService;
  readonly recorder: Recorder;
  readonly url: string;
  /** PEM of the authority behind the server's certificate. */
  readonly ca: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  send(
    method: string,
    path: string,
    body: string | Buffer,
    headers?: Record<string, string>,
  ): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

export interface FixtureOptions {
  readonly refuseEarly?: boolean;
  readonly neighbours?: (namespace: string) => readonly KubeObject[];
  readonly family?: Family;
  readonly kinds?: readonly AdmittedKind[];
  readonly limits?: Partial<WebhookLimits>;
}

/** Starts a server of its own; `stop` it. */
export async function startFixture(options: FixtureOptions = {}): Promise<WebhookFixture> {
  const recorder = new Recorder();
  const authority = await issueAuthority(Date.now());
  const service = await startWebhooks({
    kinds: options.kinds ?? repositoryKinds(),
    observer: recorder,
    neighbours: options.neighbours ?? (() => []),
    family: options.family ?? ALONE,
    refuseEarly: options.refuseEarly ?? true,
    ...(options.limits && { limits: options.limits }),
    host: "127.0.0.1",
    port: 0,
    pair: await issueLeaf(authority, ["127.0.0.1", "localhost"], Date.now()),
  });
  const agent = new Agent({ keepAlive: true });
  const send: WebhookFixture["send"] = (method, path, body, headers = JSON_HEADERS) =>
    call({ port: service.port, ca: authority.cert, agent, method, path, headers }, body);
  return {
    service,
    recorder,
    url: `https://127.0.0.1:${service.port}`,
    ca: authority.cert,
    send,
    post: (path, body, headers) =>
      send("POST", path, typeof body === "string" ? body : JSON.stringify(body), headers),
    stop: () => {
      agent.destroy();
      return service.close(AbortSignal.timeout(1_000));
    },
  };
}

const JSON_HEADERS = { "content-type": "application/json" };

interface Call {
  readonly port: number;
  readonly ca: string;
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

function call({ port, ...options }: Call, body: string | Buffer): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, host: "127.0.0.1", port }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          code: response.statusCode ?? 0,
          headers: response.headers,
          json: text === "" ? undefined : JSON.parse(text),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
