import { connect } from "node:tls";
import { until } from "./until.ts";

const CONNECT_EVERY_MS = 20;

/** One handshake by whom the API server trusts; the certificate that was served. */
export function handshake(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", ca }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? "");
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** New connections to all replicas in turn, each with what one of the targets trusts at that moment. */
export class Handshakes {
  served = 0;
  readonly failures: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #trusted: readonly string[];
  #count = 0;
  #open = 0;

  constructor(ports: readonly number[], trusted: readonly string[]) {
    this.#trusted = trusted;
    this.#timer = setInterval(() => {
      const count = this.#count++;
      void this.#connect(ports[count % ports.length] ?? 0, count);
    }, CONNECT_EVERY_MS);
  }

  trust(trusted: readonly string[]): void {
    this.#trusted = trusted;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await until(() => this.#open === 0, 10_000);
  }

  async #connect(port: number, count: number): Promise<void> {
    this.#open++;
    const bundle = this.#trusted[count % this.#trusted.length] ?? "";
    await handshake(port, bundle).then(
      () => this.served++,
      (error: unknown) => this.failures.push(String(error)),
    );
    this.#open--;
  }
}
