/** The two ports of a certificate keeper over plain memory, with the API server's conditional writes; time is virtual. */
import type { SecretStore } from "../../certs/authority.ts";
import type { SecretContent, StoredSecret } from "../../certs/authority-secret.ts";
import {
  type CertificateKeeper,
  type CertificateKeeperOptions,
  createCertificateKeeper,
} from "../../certs/certificate-keeper.ts";
import type { InjectionOperation } from "../../certs/injection.ts";
import type { TrustTarget } from "../../certs/injector.ts";
import type { KeyPair } from "../../certs/key-pair.ts";

interface Configuration {
  readonly metadata: { resourceVersion: string };
  readonly webhooks: { readonly name: string; readonly clientConfig: { caBundle?: string } }[];
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Yields to the event loop as a network call would. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** As a merge patch does it. */
function merged(
  before: Readonly<Record<string, string>> | undefined,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const after: Record<string, string> = { ...before };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  return after;
}

export class SimulatedCluster {
  nowMs: number;
  secret: StoredSecret | undefined;
  readonly targets: TrustTarget[] = [];
  readonly #configurations: Configuration[] = [];
  readonly #sleepers = new Set<Sleeper>();
  #revision = 1;
  #running = 0;
  secretWrites = 0;

  constructor(nowMs: number, targets: number) {
    this.nowMs = nowMs;
    for (let i = 0; i < targets; i++) this.targets.push(this.#target(i));
  }

  readonly store: SecretStore = {
    read: async () => {
      await turn();
      return this.secret;
    },
    create: async (content) => {
      await turn();
      if (this.secret !== undefined) return "conflict";
      return this.#write(content);
    },
    update: async (content, resourceVersion) => {
      await turn();
      if (this.secret?.resourceVersion !== resourceVersion) return "conflict";
      return this.#write(content);
    },
  };

  /** The bundle that a target hands the API server, PEM. */
  bundle(target: number): string {
    const caBundle = this.#configurations[target]?.webhooks[0]?.clientConfig.caBundle ?? "";
    return Buffer.from(caBundle, "base64").toString();
  }

  wipe(target: number): void {
    const configuration = this.#configurations[target];
    if (configuration === undefined) throw new Error("no such target");
    for (const webhook of configuration.webhooks) delete webhook.clientConfig.caBundle;
    configuration.metadata.resourceVersion = String(this.#revision++);
  }

  keeper(
    serve: (leaf: KeyPair) => void,
    changes: Partial<CertificateKeeperOptions> = {},
  ): CertificateKeeper {
    return createCertificateKeeper({
      store: this.store,
      targets: this.targets,
      names: ["localhost", "127.0.0.1"],
      isLeader: () => true,
      now: () => this.nowMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
      serve,
      observer: { expires() {}, injected() {}, failed() {} },
      ...changes,
    });
  }

  /** Moves the clock in steps, waking who slept until then, and lets their work finish. */
  async advance(ms: number, stepMs = 20_000): Promise<void> {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + stepMs);
      for (const sleeper of this.#sleepers) if (sleeper.atMs <= this.nowMs) sleeper.wake();
      await this.settle();
    }
  }

  /** Runs a keeper in the background. */
  run(keeper: CertificateKeeper, signal: AbortSignal): void {
    this.#running++;
    void keeper.run(signal).finally(() => this.#running--);
  }

  /** Waits until every running keeper sleeps again; certificates are made meanwhile, which takes real time. */
  async settle(): Promise<void> {
    do await turn();
    while (this.#sleepers.size < this.#running);
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(new Error("aborted"));
      };
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper: Sleeper = { atMs: this.nowMs + ms, wake };
      if (signal.aborted) return reject(new Error("aborted"));
      signal.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  #write(content: SecretContent): "written" {
    const annotations = merged(this.secret?.annotations, content.annotations);
    const data = merged(this.secret?.data, content.data);
    this.secretWrites++;
    this.secret = { resourceVersion: String(this.#revision++), data, annotations };
    return "written";
  }

  #target(index: number): TrustTarget {
    const configuration: Configuration = {
      metadata: { resourceVersion: "0" },
      webhooks: [
        { name: "a.prism.io", clientConfig: {} },
        { name: "b.prism.io", clientConfig: {} },
      ],
    };
    this.#configurations.push(configuration);
    return {
      name: `target-${index}`,
      read: async () => {
        await turn();
        return structuredClone(configuration);
      },
      patch: async (operations) => {
        await turn();
        return this.#patch(configuration, operations);
      },
    };
  }

  #patch(
    configuration: Configuration,
    operations: readonly InjectionOperation[],
  ): "written" | "conflict" {
    const [version] = operations;
    if (version?.value !== configuration.metadata.resourceVersion) return "conflict";
    for (const { op, path, value } of operations) {
      const index = Number(/^\/webhooks\/(\d)/.exec(path)?.[1] ?? -1);
      const webhook = configuration.webhooks[index];
      if (op === "test" && index >= 0 && webhook?.name !== value) return "conflict";
      if (op === "add" && webhook) webhook.clientConfig.caBundle = value;
    }
    configuration.metadata.resourceVersion = String(this.#revision++);
    return "written";
  }
}
