/** Puts the webhooks together: handlers, worker for large reviews, server. */
import type { Family } from "../src/domain/family.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import { createConversionPool } from "./conversion-pool.ts";
import { createConvertHandler } from "./convert.ts";
import { judge } from "./judge.ts";
import { rememberingJudges } from "./judgement-memory.ts";
import { DEFAULT_LIMITS, type WebhookLimits } from "./limits.ts";
import type { AroundRequest } from "./listener.ts";
import { createMutateHandler } from "./mutate.ts";
import type { WebhookObserver } from "./observer.ts";
import { createProtectHandler } from "./protect.ts";
import { type ServingPair, startWebhookServer, type WebhookServer } from "./server.ts";
import { createValidateHandler } from "./validate.ts";

export interface WebhookOptions {
  readonly kinds: readonly AdmittedKind[];
  readonly observer: WebhookObserver;
  /** Other objects of our kinds in a namespace, from a cache; empty where there is none yet. */
  readonly neighbours: (namespace: string) => readonly KubeObject[];
  /** Objects of our kinds everywhere, from a cache. */
  readonly family: Family;
  /** Whether `/mutate` refuses with every fault at once; see MutateOptions. */
  readonly refuseEarly: boolean;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The first certificate; `useCertificate` replaces it. */
  readonly pair: ServingPair;
  /** Runs the work on each request, such as within a span; nothing in between when absent. */
  readonly around?: AroundRequest | undefined;
  /** Limits other than the usual ones. */
  readonly limits?: Partial<WebhookLimits>;
}

/** The running webhooks; `close` also ends the worker. */
export type WebhookService = WebhookServer;

/** Heap of the worker; reviews and answers are outside of it, it holds one object at a time. */
const WORKER_HEAP_MB = 128;
const WORKER_IDLE_MS = 60_000;

/** Starts to serve; resolves when connections are accepted. */
export async function startWebhooks(options: WebhookOptions): Promise<WebhookService> {
  const { kinds, observer, neighbours, family, refuseEarly } = options;
  const now = (): number => performance.now();
  const large = createConversionPool({
    entry: new URL("./conversion-worker.ts", import.meta.url),
    heapMb: WORKER_HEAP_MB,
    idleMs: WORKER_IDLE_MS,
  });
  const judges = rememberingJudges(judge);
  const admission = { kinds, observer, neighbours, family, now };
  const handlers = {
    mutate: createMutateHandler({ ...admission, judge: judges.mutate, refuseEarly }),
    validate: createValidateHandler({ ...admission, judge: judges.validate }),
    protect: createProtectHandler(admission),
    convert: createConvertHandler({ kinds: kinds.map(({ kind }) => kind), large, observer, now }),
  };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = await startWebhookServer({ ...options, handlers, limits });
  return {
    ...server,
    close: async (signal) => {
      await server.close(signal);
      await large.close();
    },
  };
}
