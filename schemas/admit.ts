/**
 * What kube-apiserver answers to a create or an update of one custom resource, without webhooks: decode, prune, default,
 * validate, and the object as it would be stored.
 */
import { cloneObject } from "./clone-json.ts";
import type { Engine, Findings } from "./engine.ts";
import { compareCodePoints, goQuote } from "./go-text.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "./json.ts";
import { isDeeperThan } from "./json-depth.ts";
import {
  below,
  commonProblems,
  EMBEDDED_NAMES,
  metaProblems,
  RESOURCE_NAMES,
} from "./metadata/meta-rules.ts";
import { readObjectMeta } from "./metadata/object-meta.ts";
import { MAX_DEPTH } from "./parse-json.ts";
import { forbidden, invalid, type Problem, type Where } from "./problem.ts";
import type { UnevaluableRule } from "./rules/compile-rules.ts";
import { storedForm } from "./stored-form.ts";

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

/** Set by the server, with values that nobody can know before: answers are without them. */
const SERVER_FIELDS = ["uid", "creationTimestamp", "generation", "resourceVersion"];
/** Set by a deletion. A create drops them, an update may not change them. */
const DELETION_FIELDS = ["deletionTimestamp", "deletionGracePeriodSeconds"];
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
  for (const field of [...SERVER_FIELDS, ...DELETION_FIELDS, "selfLink"]) {
    delete meta[field];
  }
  const typeFaults = typeMetaProblems(engine, object);
  const isForeign = typeFaults.length > 0;
  const found = isForeign ? typeFaults : metaProblems(meta, METADATA, RESOURCE_NAMES);
  return answer(engine, object, [], engine.validate(object, undefined, { found, isForeign }));
}

function update(engine: Engine, object: JsonObject, old: JsonObject): Answer {
  const meta = metaOf(object);
  const oldMeta = metaOf(old);
  const misdirected = addressFault(meta, oldMeta);
  if (misdirected !== undefined) {
    return badRequest(misdirected);
  }
  if (engine.crd.hasStatus) {
    keepStatus(object, old);
  }
  const typeFaults = typeMetaProblems(engine, object);
  const isForeign = typeFaults.length > 0;
  const deletion = deletionProblems(meta, oldMeta);
  const found = isForeign ? typeFaults : [...deletion, ...commonProblems(meta, METADATA)];
  const findings = engine.validate(object, old, { found, isForeign });
  return answer(engine, object, [...updateMetaProblems(meta), ...deletion], findings);
}

/** Keeps the old object's marks of a deletion; while it is being deleted it may get no more finalizers. */
function deletionProblems(meta: JsonObject, old: JsonObject): Problem[] {
  const problems: Problem[] = [];
  for (const field of DELETION_FIELDS) {
    const [value, stored] = [getKey(meta, field), getKey(old, field)];
    if (stored !== undefined) {
      meta[field] = stored;
    } else if (value !== undefined) {
      problems.push(invalid(below(METADATA, field), value, "field is immutable"));
    }
  }
  const added = textsAt(meta, "finalizers").filter(
    (finalizer) => !textsAt(old, "finalizers").includes(finalizer),
  );
  if (Object.hasOwn(old, "deletionTimestamp") && added.length > 0) {
    const names = added.toSorted(compareCodePoints).map(goQuote).join(", ");
    problems.push(
      forbidden(
        below(METADATA, "finalizers"),
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`,
      ),
    );
  }
  return problems;
}

/** The old object's name and namespace are those of the request's URL; an object without a namespace gets that one. */
function addressFault(meta: JsonObject, old: JsonObject): string | undefined {
  const [name, oldName] = [textAt(meta, "name"), textAt(old, "name")];
  if (name !== oldName) {
    return `the name of the object (${name}) does not match the name on the URL (${oldName})`;
  }
  const namespace = textAt(meta, "namespace");
  return namespace === "" || namespace === textAt(old, "namespace")
    ? undefined
    : "the namespace of the provided object does not match the namespace sent on the request";
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
function updateMetaProblems(meta: JsonObject): Problem[] {
  return [...metaProblems(meta, METADATA, EMBEDDED_NAMES), ...commonProblems(meta, METADATA)];
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
    const name = textAt(metaOf(object), "name");
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
  return { allowed: true, object: storedForm(object), unevaluated };
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
  if (isDeeperThan(value, MAX_DEPTH)) {
    return { kind: "malformed", message: "exceeded max depth" };
  }
  const object = cloneObject(value);
  const fault = typeMetaFault(engine, object);
  if (fault !== undefined) {
    return { kind: "malformed", message: fault };
  }
  const isOfKind = object["kind"] === engine.crd.kind;
  const metaFault = normaliseMeta(engine, object);
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

function normaliseMeta(engine: Engine, object: JsonObject): string | undefined {
  const metadata = getKey(object, "metadata");
  const read = readObjectMeta(metadata ?? {});
  if (read.kind === "malformed") {
    return read.message;
  }
  if (engine.crd.scope === "Cluster") {
    delete read.meta["namespace"];
  }
  object["metadata"] = read.meta;
  return undefined;
}

function typeMetaProblems(engine: Engine, object: JsonObject): Problem[] {
  const kind = textAt(object, "kind");
  return kind === engine.crd.kind
    ? []
    : [invalid({ path: ["kind"], field: "kind" }, kind, `must be ${engine.crd.kind}`)];
}

function textAt(object: JsonObject, key: string): string {
  const value = getKey(object, key);
  return typeof value === "string" ? value : "";
}

function textsAt(object: JsonObject, key: string): string[] {
  const value = getKey(object, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function metaOf(object: JsonObject): JsonObject {
  const metadata = getKey(object, "metadata");
  return isObject(metadata) ? metadata : {};
}
