/** What a CRD says about its versions, and what of an object tells of a version that is no longer served; pure. */

/** The versions of a CRD, as the API server has it. */
export interface CrdVersions {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  /** Objects are written in it from now on. */
  readonly storage: string;
  readonly served: readonly string[];
  /** Objects may be stored in these. */
  readonly stored: readonly string[];
}

/** Reads a CRD; undefined when it is none. */
export function crdVersionsOf(crd: unknown): CrdVersions | undefined {
  const { metadata, spec, status } = fieldsOf(crd);
  const { name, uid, resourceVersion } = fieldsOf(metadata);
  const { group, names, versions } = fieldsOf(spec);
  const all = listOf(versions).map(fieldsOf);
  const storage = all.find((version) => version["storage"] === true)?.["name"];
  if (typeof name !== "string" || typeof storage !== "string") return undefined;
  return {
    name,
    uid: textOf(uid),
    resourceVersion: textOf(resourceVersion),
    group: textOf(group),
    plural: textOf(fieldsOf(names)["plural"]),
    kind: textOf(fieldsOf(names)["kind"]),
    storage,
    served: all.filter((one) => one["served"] === true).map((one) => textOf(one["name"])),
    stored: listOf(fieldsOf(status)["storedVersions"]).map(textOf),
  };
}

/** Whether every object is known to be stored in the storage version. */
export function isMigrated({ stored, storage }: CrdVersions): boolean {
  return stored.length === 1 && stored[0] === storage;
}

/** One object of a list of metadata. */
export interface ObjectMetadata {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly managedFields: readonly unknown[];
}

/** The metadata of an item of a list; undefined for what has none. */
export function objectMetadataOf(item: unknown): ObjectMetadata | undefined {
  const metadata = fieldsOf(fieldsOf(item)["metadata"]);
  const { uid, namespace, name, resourceVersion, managedFields } = metadata;
  if (typeof uid !== "string" || typeof name !== "string") return undefined;
  const version = textOf(resourceVersion);
  const managers = listOf(managedFields);
  return {
    uid,
    namespace: textOf(namespace),
    name,
    resourceVersion: version,
    managedFields: managers,
  };
}

/**
 * `managedFields` without entries of versions that are not served, with which every server-side apply would fail
 * (kubernetes#111937); undefined when there are none. Where nothing is left, an entry of ours that owns nothing but the name
 * stays: an empty list makes the API server call everything `before-first-apply`.
 */
export function cleanedManagers(
  managedFields: readonly unknown[],
  { group, served, storage }: Pick<CrdVersions, "group" | "served" | "storage">,
): readonly unknown[] | undefined {
  const known = new Set(served.map((version) => `${group}/${version}`));
  const kept = managedFields.filter((entry) => known.has(textOf(fieldsOf(entry)["apiVersion"])));
  if (kept.length === managedFields.length) return undefined;
  if (kept.length > 0) return kept;
  return [
    {
      manager: "prism-operator-migration",
      operation: "Update",
      apiVersion: `${group}/${storage}`,
      fieldsType: "FieldsV1",
      fieldsV1: { "f:metadata": { "f:name": {} } },
    },
  ];
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
