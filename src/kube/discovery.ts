import { apiVersionOf, type Resource } from "../controller/resource.ts";
import { type Clock, sleep } from "../engine/clock.ts";
import type { Transport } from "./transport.ts";

/** A CRD that is installed later is found within this time. */
const REFRESH_MS = 60_000;

/** What discovery asks for and whom it tells. */
export interface DiscoveryOptions {
  readonly transport: Transport;
  readonly resources: readonly Resource[];
  readonly clock: Clock;
  /** An answer changed: the resource is served now, or no longer. */
  readonly changed: (resource: Resource, served: boolean) => void;
}

/** Knows which of the optional resources the API server serves. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #served = new Set<Resource>();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** True when the last answer had it; what is not optional is always there. */
  serves(resource: Resource): boolean {
    return resource.optional !== true || this.#served.has(resource);
  }

  /** Asks about every resource once. A failure changes no answer. */
  async refresh(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#options.resources.map((resource) => this.#ask(resource, signal)));
  }

  /** Asks again and again until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#options.clock, REFRESH_MS, signal);
      if (!signal.aborted) await this.refresh(signal);
    }
  }

  async #ask(resource: Resource, signal: AbortSignal): Promise<void> {
    const path = `/apis/${apiVersionOf(resource)}`;
    const answer = await this.#options.transport.call({ method: "GET", path }, signal);
    if (!answer.ok && answer.failure.kind !== "not-found") return;
    const served = answer.ok && names(answer.value).includes(resource.plural);
    if (served === this.#served.has(resource)) return;
    if (served) this.#served.add(resource);
    else this.#served.delete(resource);
    this.#options.changed(resource, served);
  }
}

function names(list: unknown): string[] {
  if (typeof list !== "object" || list === null || !("resources" in list)) return [];
  if (!Array.isArray(list.resources)) return [];
  return list.resources.flatMap((entry: unknown) =>
    typeof entry === "object" && entry !== null && "name" in entry ? [String(entry.name)] : [],
  );
}
