import type { Json, JsonObject } from "../../kube-object.ts";

type Settings = Readonly<Record<string, string | number>>;

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;

/** Settings that programs read as text, even where the text looks like a number. */
const TEXT = new Set([
  "topic",
  "consumer_group",
  "topic_prefix",
  "queue_prefix",
  "prefix",
  "bucket",
  "table_name",
  "database_path",
  "password",
  "region",
]);

/** A setting as a program's file has it: the API writes booleans as strings, Prism's programs read real ones. */
function scalar(key: string, value: string | number): Json {
  if (TEXT.has(key.slice(key.lastIndexOf(".") + 1))) return String(value);
  if (typeof value === "number") return value;
  if (value === "true" || value === "false") return value === "true";
  return INTEGER.test(value) ? Number(value) : value;
}

/** Settings as nested objects: `claim_check.enabled` is `enabled` of `claim_check`. Keys in order, so that equal settings are equal text. */
export function settingsTree(settings: Settings | undefined): JsonObject {
  const pairs = Object.entries(settings ?? {}).map(
    ([key, value]) => [key.split("."), scalar(key, value)] as const,
  );
  return tree(pairs);
}

function tree(pairs: readonly (readonly [readonly string[], Json])[]): JsonObject {
  const groups = Map.groupBy(pairs, ([[first = ""]]) => first);
  const members = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    members.map(([name, group]): [string, Json] => {
      const leaf = group.find(([path]) => path.length === 1);
      return [
        name,
        leaf === undefined ? tree(group.map(([path, value]) => [path.slice(1), value])) : leaf[1],
      ];
    }),
  );
}
