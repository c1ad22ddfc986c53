/** Both states of an object and of its children, line by line. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { yamlText } from "../manifest/yaml-text.ts";
import { renderHub } from "../render/rendering.ts";
import type { State } from "./comparison.ts";

/** A patch of everything that differs, in the form of diff -u; empty where nothing does. */
export function unifiedPatch(before: State | undefined, after: State | undefined): string {
  const [old, now] = [documentsOf(before), documentsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .map((name) => patchOf(name, old.get(name), now.get(name)))
    .filter((patch) => patch !== "")
    .join("");
}

function patchOf(name: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  const [from, to] = [before === undefined ? NOTHING : name, after === undefined ? NOTHING : name];
  return createTwoFilesPatch(from, to, before ?? "", after ?? "", "before", "after", {
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** As git names a file that is not there. */
const NOTHING = "/dev/null";

/** YAML by `Kind/name`: the object first, then its children. */
function documentsOf(state: State | undefined): ReadonlyMap<string, string> {
  if (state === undefined) return new Map();
  const { source, hub } = state.object;
  const { status: _, ...object } = hub;
  const outcome = renderHub(source.own, hub, state.surroundings);
  const children = outcome.kind === "rendered" ? outcome.rendering.children : [];
  return new Map(
    [object, ...children.map((child) => child.object)].map((one) => [
      `${one.kind}/${one.metadata.name}`,
      yamlText(one),
    ]),
  );
}
