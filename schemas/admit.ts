/**
 * What kube-apiserver answers to a create or an update of one custom resource, without webhooks: decode, prune, default,
 * validate, and the object as it would be stored.
 */
import { cloneObject } from "./clone-json.ts";
import type { Engine, Findings } from "./engine.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "./json.ts";
import { isEqual } from "./json-equal.ts";
import {
  commonProblems,
  EMBEDDED_NAMES,
  immutableProblems,
  metaProblems,
  RESOURCE_NAMES,
} from "./metadata/meta-rules.ts";
import { readObjectMeta } from "./metadata/object-meta.ts";
import { invalid, type Problem, type Where } from "./problem.ts";
import type { UnevaluableRule } from "./rules/compile-rules.ts";

/** A write. With `old`, the stored object, it is an update. The objects are not changed. */
export interface Request {
  readonly object: JsonValue;
  readonly old?: JsonValue;
}

/** The answer. A 422 has problems; a 400, given before any rule is looked at, has none, only the message. */
export type Answer =
  | {
      readonly allowed: true;
      readonly object: JsonObject;
      readonly unevaluated: readonly UnevaluableRule[];
    }
  | {
      readonly allowed: false;
      readonly code: 400 | 422;
      readonly message: string;
      readonly problems: readonly Problem[];
      readonly unevaluated: readonly UnevaluableRule[];
    };

/** Set by the server: what a request says of them does not come back. */
const SERVER_FIELDS = [
  "uid",
  "creationTimestamp",
  "generation",
  "resourceVersion",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
];
const METADATA: Where = { path: ["metadata"], field: "metadata" };

/** Answers one request. It never throws for what an object holds. */
export function admit(engine: Engine, request: Request): Answer {
  const decoded = decode(engine, request.object);
  if (decoded.kind === "malformed") {
    return badRequest(decoded.message);
  }
  const { object } = decoded;
  if (request.old === undefined) {
    return create(engine, object);
  }
  const old = decode(engine, request.old);
  if (old.kind === "malformed") {
    return badRequest(`the old object: ${old.message}`);
  }
  return update(engine, object, old.object);
}

function create(engine: Engine, object: JsonObject): Answer {
  if (engine.crd.hasStatus) {
    delete object["status"];
  }
  const meta = metaOf(object);
  for (const field of SERVER_FIELDS) {
    delete meta[field];
  }
  const typeProblems = typeMetaProblems(engine, object);
  if (typeProblems.length > 0) {
    return answer(engine, object, [], engine.validateForeign(object, undefined, typeProblems));
  }
  return answer(
    engine,
    object,
    metaProblems(meta, METADATA, RESOURCE_NAMES),
    engine.validate(object),
  );
}

function update(engine: Engine, object: JsonObject, old: JsonObject): Answer {
  const meta = metaOf(object);
  const oldMeta = metaOf(old);
  if (!isEqual(getKey(meta, "name") ?? "", getKey(oldMeta, "name") ?? "")) {
    const names = `(${String(meta["name"] ?? "")}) does not match the name on the URL (${String(oldMeta["name"] ?? "")})`;
    return badRequest(`the name of the object ${names}`);
  }
  if (engine.crd.hasStatus) {
    keepStatus(object, old);
  }
  const typeProblems = typeMetaProblems(engine, object);
  const metaFaults = updateMetaProblems(meta, oldMeta);
  if (typeProblems.length > 0) {
    return answer(engine, object, metaFaults, engine.validateForeign(object, old, typeProblems));
  }
  metaFaults.push(...commonProblems(meta, METADATA));
  return answer(engine, object, metaFaults, engine.validate(object, old));
}

function keepStatus(object: JsonObject, old: JsonObject): void {
  const status = getKey(old, "status");
  if (status === undefined) {
    delete object["status"];
  } else {
    object["status"] = status;
  }
}

/** Labels and annotations are judged twice by the server's common code, and once more by that of custom resources. */
function updateMetaProblems(meta: JsonObject, old: JsonObject): Problem[] {
  return [
    ...metaProblems(meta, METADATA, EMBEDDED_NAMES),
    ...immutableProblems(meta, old, METADATA),
    ...commonProblems(meta, METADATA),
  ];
}

function answer(
  engine: Engine,
  object: JsonObject,
  metaFaults: readonly Problem[],
  findings: Findings,
): Answer {
  const problems = [...metaFaults, ...findings.problems];
  const { unevaluated } = findings;
  if (problems.length > 0) {
    const { kind, group } = engine.crd;
    const name = String(getKey(metaOf(object), "name") ?? "");
    const texts = new Set(problems.map(({ field, message }) => `${field}: ${message}`));
    const list = texts.size > 1 ? `[${[...texts].join(", ")}]` : [...texts].join("");
    const message = `${kind}.${group} "${name}" is invalid: ${list}`;
    return { allowed: false, code: 422, message, problems, unevaluated };
  }
  // The server reads the object back from its storage form, which defaults once more: a status may appear.
  engine.prune(object);
  engine.applyDefaults(object);
  const meta = metaOf(object);
  for (const field of SERVER_FIELDS) {
    delete meta[field];
  }
  return { allowed: true, object, unevaluated };
}

/** A request that the server does not understand: no rule was looked at. */
function badRequest(message: string): Answer {
  return { allowed: false, code: 400, message, problems: [], unevaluated: [] };
}

type Decoded =
  | { readonly kind: "decoded"; readonly object: JsonObject }
  | { readonly kind: "malformed"; readonly message: string };

/** A copy of the object as the API server has it after decoding: pruned, with normal metadata and defaults. */
function decode(engine: Engine, value: JsonValue): Decoded {
  if (!isObject(value)) {
    return { kind: "malformed", message: "must be an object" };
  }
  const object = cloneObject(value);
  const fault = typeMetaFault(engine, object);
  if (fault !== undefined) {
    return { kind: "malformed", message: fault };
  }
  const isOfKind = object["kind"] === engine.crd.kind;
  const metaFault = normaliseMeta(object);
  if (metaFault !== undefined) {
    return { kind: "malformed", message: metaFault };
  }
  if (isOfKind) {
    engine.prune(object);
    const [problem] = engine.coerceEmbedded(object);
    if (problem !== undefined) {
      return { kind: "malformed", message: `${problem.field}: ${problem.message}` };
    }
    engine.applyDefaults(object);
  }
  return { kind: "decoded", object };
}

function typeMetaFault(engine: Engine, object: JsonObject): string | undefined {
  const { group, version } = engine.crd;
  const kind = getKey(object, "kind") ?? "";
  const apiVersion = getKey(object, "apiVersion") ?? "";
  if (typeof kind !== "string" || typeof apiVersion !== "string") {
    return "couldn't get version/kind; json parse error: apiVersion and kind must be strings";
  }
  if (kind === "") {
    return "Object 'Kind' is missing";
  }
  return apiVersion === `${group}/${version}`
    ? undefined
    : `the API version in the data (${apiVersion}) does not match the expected API version (${group}/${version})`;
}

function normaliseMeta(object: JsonObject): string | undefined {
  const metadata = getKey(object, "metadata");
  const read = readObjectMeta(metadata ?? {});
  if (read.kind === "malformed") {
    return read.message;
  }
  object["metadata"] = read.meta;
  return undefined;
}

function typeMetaProblems(engine: Engine, object: JsonObject): Problem[] {
  const kind = String(getKey(object, "kind") ?? "");
  return kind === engine.crd.kind
    ? []
    : [invalid({ path: ["kind"], field: "kind" }, kind, `must be ${engine.crd.kind}`)];
}

function metaOf(object: JsonObject): JsonObject {
  const metadata = getKey(object, "metadata");
  return isObject(metadata) ? metadata : {};
}
