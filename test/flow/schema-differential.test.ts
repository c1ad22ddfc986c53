import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { globSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { compileCrd } from "../../schemas/engine.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { compareWithServer } from "./differential/differential.ts";
import { Oracle } from "./differential/oracle.ts";
import { requestText } from "./differential/request-text.ts";
import { readSubjects } from "./differential/subject.ts";

/** Some hundred objects here; `npm run differential` compares ten thousand. */
const OBJECTS_EACH = 60;
const FIXED_SEED = 20260823;

describe("the engine and the real API server answer alike", () => {
  let plane: TestControlPlane;
  let namespace: string;
  before(async () => {
    plane = await openControlPlane();
    namespace = await plane.freshNamespace();
  });
  after(() => plane.close());

  const subjects = readSubjects(globSync("crds/*.yaml"));
  assert.ok(subjects.length >= 3, "there are CRDs to compare");
  for (const subject of subjects) {
    for (const seed of [FIXED_SEED, randomInt(2 ** 31)]) {
      it(`${subject.name}, seed ${seed}`, async () => {
        const oracle = new Oracle(plane, subject.version, namespace);
        await oracle.install(subject.crd);
        const options = { objects: OBJECTS_EACH, seed, exact: false };
        const found = await compareWithServer(compileCrd(subject.version), oracle, options);
        oracle.close();
        assert.equal(found && `${requestText({ ...found })}\n${found.difference}`, undefined);
      });
    }
  }
});
