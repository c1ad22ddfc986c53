import type { Conversion } from "./conversion/converter.ts";
import type { MappedPath } from "./conversion/mapped-path.ts";
import type { EmbeddedJudge } from "./embedded-judge.ts";
import type { FieldPath } from "./field-path.ts";
import type { Findings } from "./findings.ts";
import type { JsonRecord } from "./json-object.ts";
import type { JsonPatch } from "./json-patch.ts";
import type { KubeObject } from "./kube-object.ts";

/** Facts for rules beside the object itself; see ValidationContext. */
export interface RuleContext {
  /** The stored object on an update, of the hub version and defaulted. */
  readonly old?: JsonRecord | undefined;
  readonly neighbours?: readonly KubeObject[] | undefined;
  readonly version?: string | undefined;
  readonly bytes?: number | undefined;
  /** For kinds that hold an object of another kind of ours. */
  readonly judgeEmbedded?: EmbeddedJudge | undefined;
}

/** One kind of the API; what admission and conversion need are pure functions on objects that nobody has checked. How its objects become children stands apart (`rendering.ts`): who only judges them does not load it. Adding a kind is a folder, a CRD and a line in the registry. */
export interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** The stored version. */
  readonly hub: string;
  /** Every served version, the hub first. */
  readonly versions: readonly string[];
  /** Total; see `Converter`. `apiVersion` has the group. */
  convert(object: JsonRecord, apiVersion: string): Conversion;
  /** Where a hub path stands in `version`. */
  pathIn(version: string, hubPath: FieldPath): MappedPath;
  /** For a write through an older version: puts back what it lost and cannot say. Both objects are of the hub version. */
  restoreHubOnly(newHub: JsonRecord, oldHub: JsonRecord): JsonPatch;
  /** What `/mutate` stores in an object of the hub version; `old` is the stored one. */
  defaultsOf(object: JsonRecord, old?: JsonRecord): JsonPatch;
  /** Problems and warnings beyond the schema of a defaulted object of the hub version. */
  rulesOf(object: JsonRecord, context: RuleContext): Findings;
  /** Rules whose faults are never excused because the stored object has them too. */
  readonly safetyRules: ReadonlySet<string>;
  /** What the user probably meant by a value that the schema of `version` refused. */
  hintFor(version: string, path: FieldPath, value: unknown): string | undefined;
}
