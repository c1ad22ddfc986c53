/** Tells where the engine's answer and the API server's differ. */
import type { Answer } from "../../../schemas/admit.ts";
import { goJson } from "../../../schemas/go-text.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import type { ServerAnswer } from "./oracle.ts";

/** What the server sets and a dry run shows. */
const SERVER_FIELDS = [
  "uid",
  "creationTimestamp",
  "generation",
  "resourceVersion",
  "managedFields",
];

/** Conflicts with the server's own work, load, and time-outs (quantity("1E999999999") takes it longer than a request may). */
const NO_ANSWER: ReadonlySet<number> = new Set([409, 429, 500, 503, 504]);

/** Undefined where both agree; else what differs, for people. Messages count only with `exact`. */
export function difference(
  answer: Answer,
  server: ServerAnswer,
  options: { readonly exact: boolean },
): string | undefined {
  if (NO_ANSWER.has(server.code)) {
    return undefined;
  }
  const isAllowed = server.code < 300;
  if (answer.allowed !== isAllowed) {
    const reason = answer.allowed ? String(getKey(server.body, "message")) : answer.message;
    return `${answer.allowed ? "only the engine accepts" : "only the server accepts"}: ${reason}`;
  }
  if (answer.allowed) {
    return compareTexts(
      "object",
      goJson(answer.object),
      goJson(storedForm(server.body, answer.object)),
    );
  }
  if (answer.code !== server.code) {
    return `the engine answers ${answer.code}, the server ${server.code}: ${String(getKey(server.body, "message"))}`;
  }
  return compareCauses(answer, server, options.exact);
}

function compareCauses(
  answer: Extract<Answer, { allowed: false }>,
  server: ServerAnswer,
  exact: boolean,
): string | undefined {
  const line = (field: JsonValue, reason: JsonValue, message: JsonValue) =>
    `${String(field)} ${String(reason)}${exact ? ` ${String(message)}` : ""}`;
  const ours = answer.problems.map(({ field, reason, message }) => line(field, reason, message));
  const theirs = causesOf(server.body).map((cause) =>
    line(cause["field"] ?? null, cause["reason"] ?? null, cause["message"] ?? null),
  );
  return compareTexts("causes", ours.toSorted().join("\n"), theirs.toSorted().join("\n"));
}

function compareTexts(what: string, ours: string, theirs: string): string | undefined {
  return ours === theirs ? undefined : `${what} differ\n  engine: ${ours}\n  server: ${theirs}`;
}

function causesOf(status: JsonObject): JsonObject[] {
  const details = getKey(status, "details");
  const causes = isObject(details) ? getKey(details, "causes") : undefined;
  return Array.isArray(causes) ? causes.filter(isObject) : [];
}

function storedForm(body: JsonObject, ours: JsonObject): JsonObject {
  const meta = getKey(body, "metadata");
  const ourMeta = getKey(ours, "metadata");
  const stored = { ...(isObject(meta) ? meta : {}) };
  for (const field of SERVER_FIELDS) {
    delete stored[field];
  }
  if (isObject(ourMeta) && !Object.hasOwn(ourMeta, "namespace")) {
    delete stored["namespace"];
  }
  return { ...body, metadata: stored };
}
