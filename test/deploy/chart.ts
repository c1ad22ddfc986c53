import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { textAt } from "../../tools/control-plane/json-value.ts";
import { type Answer, programPath, run } from "../../tools/deploy/helm.ts";

/** The chart's folder, from the root of the repository. */
export const CHART: string = "deploy/chart/prism-operator";

const answers = new Map<string, Promise<Answer>>();

/** `helm template` of the chart as release prism-operator in prism-system; `args` are more of it. The same question is asked once. */
export function template(args: readonly string[] = []): Promise<Answer> {
  const key = args.join(" ");
  const answer = answers.get(key) ?? ask(args);
  answers.set(key, answer);
  return answer;
}

async function ask(args: readonly string[]): Promise<Answer> {
  const helm = await programPath("helm");
  return run(helm, ["template", "prism-operator", CHART, "--namespace", "prism-system", ...args]);
}

/** The objects that come of it; fails when Helm refuses. */
export async function rendered(args: readonly string[] = []): Promise<readonly unknown[]> {
  const { code, stdout, stderr } = await template(args);
  assert.equal(code, 0, stderr);
  return parseAllDocuments(stdout)
    .map((document): unknown => document.toJS())
    .filter((object) => object !== null);
}

/** The one object of a kind and name; fails when there is none or several. */
export function only(objects: readonly unknown[], kind: string, name?: string): unknown {
  const found = objects.filter(
    (object) =>
      textAt(object, "kind") === kind &&
      (name === undefined || textAt(object, "metadata", "name") === name),
  );
  assert.equal(found.length, 1, `${found.length} objects of kind ${kind}`);
  return found[0];
}
