/**
 * The parsed form of a CRD's `openAPIV3Schema`: what the engine's parts share. It only describes; `schema-reader.ts` makes it.
 *
 * Field names and meanings are those of Kubernetes' JSONSchemaProps
 * (k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1), with the vendor extensions in camel case.
 */
import type { JsonValue } from "./json.ts";

/** `type` of a schema; empty where the CRD gives none (int-or-string, preserve-unknown, nested value validations). */
export type SchemaType = "" | "object" | "array" | "string" | "integer" | "number" | "boolean";

/** One entry of `x-kubernetes-validations`, as the CRD spells it. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  /** A field error reason: FieldValueInvalid (when absent), FieldValueForbidden, FieldValueRequired, FieldValueDuplicate. */
  readonly reason?: string;
  /** A path such as `.spec.x` or `['a.b'].c`, relative to the schema that carries the rule. */
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/**
 * One node of a schema. Schemas under `allOf`, `anyOf`, `oneOf` and `not` have the same shape, without structure of
 * their own. Maps keep the CRD's order; a key may be any string, `__proto__` too.
 */
export interface StructuralSchema {
  readonly type: SchemaType;
  readonly nullable: boolean;
  /** Present where the CRD gives a default; a default of null is none, as in the API server. */
  readonly default?: { readonly value: JsonValue };

  readonly properties: ReadonlyMap<string, StructuralSchema>;
  readonly items?: StructuralSchema;
  /** A schema for the values, or `true` for any value; `false` and absent differ for the structure only. */
  readonly additionalProperties?: StructuralSchema | boolean;

  /** x-kubernetes-int-or-string */
  readonly intOrString: boolean;
  /** x-kubernetes-preserve-unknown-fields */
  readonly preserveUnknownFields: boolean;
  /** x-kubernetes-embedded-resource */
  readonly embeddedResource: boolean;
  /** x-kubernetes-list-type; absent means atomic */
  readonly listType?: "atomic" | "set" | "map";
  /** x-kubernetes-list-map-keys; empty when absent */
  readonly listMapKeys: readonly string[];
  /** x-kubernetes-map-type; absent means granular */
  readonly mapType?: "atomic" | "granular";
  /** x-kubernetes-validations; empty when absent */
  readonly validations: readonly ValidationRule[];

  /** Empty when absent. */
  readonly format: string;
  readonly maximum?: number;
  readonly exclusiveMaximum: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum: boolean;
  /** Code points, as all lengths here. */
  readonly maxLength?: number;
  readonly minLength?: number;
  /** RE2, searched anywhere in the string. Empty when absent. */
  readonly pattern: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems: boolean;
  readonly multipleOf?: number;
  /** Absent where the CRD has none. */
  readonly enum?: readonly JsonValue[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly required: readonly string[];

  readonly allOf: readonly StructuralSchema[];
  readonly anyOf: readonly StructuralSchema[];
  readonly oneOf: readonly StructuralSchema[];
  readonly not?: StructuralSchema;
}
