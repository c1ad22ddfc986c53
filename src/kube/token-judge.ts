/** Asks the API server who a bearer token is and whether it may read metrics, as controller-runtime's filter does. */
import { createHash } from "node:crypto";
import type { Clock } from "../engine/clock.ts";
import type { Transport } from "./transport.ts";

/** As `TokenVerdict` of the metrics server. */
type Verdict = "allowed" | "unauthenticated" | "forbidden" | "unknown";

/** What asking needs. */
export interface TokenJudgeOptions {
  readonly transport: Pick<Transport, "call">;
  readonly clock: Pick<Clock, "now">;
  /** The path that is to be read; the right is a nonResourceURL with the verb get. */
  readonly path: string;
}

/** kube-apiserver's own time for answers about tokens. A scraper asks every few seconds with the same one. */
const REMEMBER_MS = 60_000;
/** Whoever sends random tokens must not fill the memory. */
const MOST_REMEMBERED = 100;
const WITHIN_MS = 5_000;

/** A judge with a memory of a minute; tokens are kept as hashes alone. */
export function tokenJudge(options: TokenJudgeOptions): (token: string) => Promise<Verdict> {
  const remembered = new Map<string, { readonly until: number; readonly verdict: Verdict }>();
  return async (token) => {
    const key = createHash("sha256").update(token).digest("base64");
    const now = options.clock.now();
    const known = remembered.get(key);
    if (known !== undefined && known.until > now) return known.verdict;
    const verdict = await judge(options, token);
    remembered.delete(key);
    if (verdict === "unknown") return verdict;
    const [oldest] = remembered.keys();
    if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(key, { until: now + REMEMBER_MS, verdict });
    return verdict;
  };
}

async function judge(options: TokenJudgeOptions, token: string): Promise<Verdict> {
  const review = await ask(options, "authentication.k8s.io", "TokenReview", { token });
  if (review === undefined) return "unknown";
  if (review["authenticated"] !== true) return "unauthenticated";
  const { username, uid, groups, extra } = fieldsOf(review["user"]);
  const nonResourceAttributes = { path: options.path, verb: "get" };
  const spec = { user: username, uid, groups, extra, nonResourceAttributes };
  const access = await ask(options, "authorization.k8s.io", "SubjectAccessReview", spec);
  if (access === undefined) return "unknown";
  return access["allowed"] === true ? "allowed" : "forbidden";
}

async function ask(
  { transport }: TokenJudgeOptions,
  group: string,
  kind: string,
  spec: object,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const body = JSON.stringify({ apiVersion: `${group}/v1`, kind, spec });
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  const call = { method: "POST", path, body, timeoutMs: WITHIN_MS } as const;
  const answer = await transport.call(call, AbortSignal.timeout(WITHIN_MS));
  return answer.ok ? fieldsOf(fieldsOf(answer.value)["status"]) : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
