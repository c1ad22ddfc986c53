import { equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { Child } from "../../../src/domain/child.ts";
import { generatedSecrets } from "../../../src/domain/prism-cluster/children/generated-secrets.ts";
import { desiredChildren, missingSecrets } from "../../../src/domain/prism-cluster/children.ts";
import { CASES, goldenCase, renderFacts, secretText } from "./children-case.ts";

/** Secrets are shown decoded: a review should see what changes in them. */
function readable({ object, ...child }: Child): unknown {
  return {
    ...child,
    object: object.kind === "Secret" ? { ...object, data: secretText(object) } : object,
  };
}

/** Written anew by `node --test --test-update-snapshots test/domain/prism-cluster/children-golden.test.ts`. */
describe("children of the cases in test/golden/prism-cluster", () => {
  it("has cases", () => ok(CASES.length >= 11));

  for (const name of CASES) {
    it(name, (test) => {
      const cluster = goldenCase(name);
      const facts = renderFacts();
      const children = desiredChildren(cluster, facts);
      equal(JSON.stringify(desiredChildren(goldenCase(name), facts)), JSON.stringify(children));
      test.assert.fileSnapshot(
        {
          generatedSecrets: generatedSecrets(cluster),
          missingSecrets: missingSecrets(cluster, facts),
          children: children.map(readable),
        },
        `test/golden/prism-cluster/${name}.json`,
      );
    });
  }
});
