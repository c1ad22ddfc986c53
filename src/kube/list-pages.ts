import type { ApiResult } from "../controller/api-result.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { isKubeObject } from "./kube-object-shape.ts";
import type { Transport } from "./transport.ts";

/** A complete list and the resourceVersion from which a watch continues it. */
export interface Listed {
  readonly items: readonly KubeObject[];
  readonly version: string;
}

/** A fifth of client-go's page: one of pods is megabytes of text before it is trimmed, and many resources are listed at a time. */
const PAGE = 100;
const LIST_TIMEOUT_MS = 60_000;

/** In which form a list is wanted. */
export interface ListForm {
  /** Another form of the answer, such as names and labels alone. */
  readonly accept?: string | undefined;
  /** What is kept of each item; called page by page, so that the rest never is there at one time. */
  readonly trim?: (object: KubeObject) => KubeObject;
}

/**
 * Reads a collection page by page. `gone` means that the continue token expired between two pages; the
 * caller starts again. Items that are no objects make the whole list a failure: a cache with holes prunes.
 */
export async function listPages(
  transport: Pick<Transport, "call">,
  path: string,
  query: URLSearchParams,
  signal: AbortSignal,
  { accept, trim = (object) => object }: ListForm = {},
): Promise<ApiResult<Listed>> {
  const items: KubeObject[] = [];
  const page = new URLSearchParams(query);
  page.set("limit", String(PAGE));
  for (;;) {
    const call = {
      method: "GET",
      path: `${path}?${page.toString()}`,
      timeoutMs: LIST_TIMEOUT_MS,
      accept,
    } as const;
    const answer = await transport.call(call, signal);
    if (!answer.ok) return answer;
    const list = parseList(answer.value);
    if (list === undefined) return malformed();
    for (const item of list.items) items.push(trim(item));
    if (list.next === "") return { ok: true, value: { items, version: list.version } };
    page.set("continue", list.next);
  }
}

function parseList(
  value: unknown,
): { items: readonly KubeObject[]; version: string; next: string } | undefined {
  const metadata = fieldsOf(fieldsOf(value)["metadata"]);
  const { resourceVersion: version, continue: next = "" } = metadata;
  const items = fieldsOf(value)["items"] ?? [];
  if (typeof version !== "string" || typeof next !== "string" || !Array.isArray(items)) {
    return undefined;
  }
  return items.every(isKubeObject) ? { items, version, next } : undefined;
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function malformed(): ApiResult<never> {
  const message = "the answer is no list of objects";
  return { ok: false, failure: { kind: "other", code: 200, reason: "Malformed", message } };
}
