/** Every fault of one object: what kube-apiserver says by the CRD, and what the operator's webhooks say of our own kinds. */
import { type Answer, admit } from "../../../schemas/admit.ts";
import type { Engine } from "../../../schemas/engine.ts";
import { isObject, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import type { PathSegments, Problem as SchemaFault } from "../../../schemas/problem.ts";
import type { UnevaluableRule } from "../../../schemas/rules/compile-rules.ts";
import { withoutConsequences } from "../../../webhooks/consequences.ts";
import { redact } from "../../../webhooks/redaction.ts";
import { printPath } from "../../domain/field-path.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { Problem } from "../../domain/problem.ts";
import { judgeWritten, type WrittenVerdict } from "../../domain/written-verdict.ts";
import { inHub, type OwnKind, type Written } from "./own-kind.ts";

/** What is judged. */
export interface Judged {
  readonly object: JsonValue;
  /** The stored object, when it is an update. */
  readonly old: JsonValue | undefined;
  /** Objects of our kinds in the namespace, in their hub versions. */
  readonly neighbours: readonly KubeObject[];
}

/** One fault with the field as the API server prints it. */
export interface Fault {
  readonly path: PathSegments;
  readonly field: string;
  readonly reason: Problem["reason"];
  readonly message: string;
  /** By the schema, which can say more of its field; rules say what to do themselves. */
  readonly isOfSchema: boolean;
}

/** What is said of one object. A refusal without faults is one that the server gives before it looks at any rule. */
export interface Judgement {
  readonly isAllowed: boolean;
  readonly message: string;
  readonly faults: readonly Fault[];
  readonly warnings: readonly { readonly path: PathSegments; readonly text: string }[];
  readonly unevaluated: readonly UnevaluableRule[];
}

/** Says of the server's list that it is not all. */
const NOT_CHECKED = "some validation rules were not checked";

/** Judges an object; `own` is its kind when it is one of ours. */
export function judgeObject(engine: Engine, own: OwnKind | undefined, judged: Judged): Judgement {
  const { object, old } = judged;
  const answer = admit(engine, { object, ...(old === undefined ? {} : { old }) });
  const isUnreadable = !answer.allowed && answer.code === 400;
  if (own === undefined || isUnreadable || !isObject(object)) return byServer(answer);
  const verdict = byWebhooks(own, { ...judged, object }, engine.crd.version);
  if (verdict === undefined) return byServer(answer);
  const schema = answer.allowed ? [] : answer.problems.filter(isComplete);
  const problems = withoutConsequences([
    ...verdict.problems,
    ...schema.filter((fault) => !verdict.problems.some((one) => says(one, fault))).map(asProblem),
  ]).map((problem) => redact(problem, object));
  const warnings = verdict.warnings.map(({ path, message }) => ({
    path,
    text: `${printPath(path)}: ${message}`,
  }));
  return {
    isAllowed: problems.length === 0,
    message: "",
    faults: problems.map(asFault),
    // Beside a list of errors, warnings about the same object only distract.
    warnings: problems.length === 0 ? warnings : [],
    unevaluated: answer.unevaluated,
  };
}

/** As Go says it of metadata that does not decode. */
const NOT_DECODED = /Go struct field ObjectMeta\.([\w.]+) of type/;

function byServer(answer: Answer): Judgement {
  const { unevaluated } = answer;
  if (answer.allowed) {
    return { isAllowed: true, message: "", faults: [], warnings: [], unevaluated };
  }
  const { message, problems } = answer;
  const [, field] = NOT_DECODED.exec(message) ?? [];
  const faults =
    field === undefined
      ? problems.map((problem) => ({ ...problem, isOfSchema: true }))
      : [undecodedFault(["metadata", ...field.split(".")], message)];
  return { isAllowed: false, message, faults, warnings: [], unevaluated };
}

function undecodedFault(path: PathSegments, message: string): Fault {
  const reason = "FieldValueTypeInvalid";
  return { path, field: printPath(path), reason, message, isOfSchema: true };
}

function byWebhooks(
  own: OwnKind,
  judged: Judged & { readonly object: JsonObject },
  version: string,
): WrittenVerdict | undefined {
  const old = oldHub(own, judged.old);
  const hub = inHub(own, { object: judged.object, version }, old);
  if (hub === undefined) return undefined;
  const { neighbours } = judged;
  return judgeWritten(own, {
    hub,
    version,
    context: old === undefined ? { neighbours } : { neighbours, old },
  });
}

function oldHub(own: OwnKind, old: JsonValue | undefined): KubeObject | undefined {
  return isObject(old) ? inHub(own, { object: old, version: versionOf(old) }) : undefined;
}

/** `v1alpha2` of `prism.io/v1alpha2`. */
export function versionOf(object: JsonObject): Written["version"] {
  const apiVersion = object["apiVersion"];
  return typeof apiVersion === "string" ? apiVersion.replace(/^.*\//, "") : "";
}

function isComplete({ message }: SchemaFault): boolean {
  return !message.includes(NOT_CHECKED);
}

/** Whether a fault stands in the webhooks' list already, where a hint may follow it. */
function says(problem: Problem, fault: SchemaFault): boolean {
  return (
    problem.reason === fault.reason &&
    printPath(problem.path) === printPath(fault.path) &&
    problem.message.startsWith(fault.message)
  );
}

function asProblem({ path, reason, message }: SchemaFault): Problem {
  return { path, reason, message, rule: "schema" };
}

function asFault({ path, reason, message, rule }: Problem): Fault {
  return { path, field: printPath(path), reason, message, isOfSchema: rule === "schema" };
}
