/** Objects as YAML that kubectl reads back as the same values. */
import { stringify } from "yaml";
import { goTags } from "../../../schemas/yaml/yaml-value.ts";

/** One document. kubectl reads YAML 1.1, so `yes`, `0777` and `1e3` get quotes where they are strings. */
export function yamlText(value: unknown): string {
  return stringify(value, {
    version: "1.1",
    customTags: goTags,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}
