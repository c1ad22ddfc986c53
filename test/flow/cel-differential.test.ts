/**
 * The tables of expressions, evaluated by the real API server: each expression is a rule of a CRD, its value the rule's
 * message. So the tables are not what we believe, but what kube-apiserver says.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { goJson } from "../../schemas/go-text.ts";
import type { JsonObject } from "../../schemas/json.ts";
import { outcomeOf, type Row, readTables, ruleShowing } from "../schemas/cel/expression-table.ts";
import { fixtureObject, fixtureSchema } from "../schemas/cel/fixture.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const establishedWithinMs = 20_000;

const run = randomBytes(3).toString("hex");

interface Status {
  readonly message?: string;
  readonly details?: {
    readonly causes?: readonly { readonly field: string; readonly message: string }[];
  };
}

function isStatus(body: unknown): body is Status {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "Status";
}

/** A CRD whose `spec` is the fixture, with a rule for each row; messages begin with the row's number. */
function crdFor(name: string, rows: readonly Row[]): JsonObject {
  const group = `${name}-${run}.cel.test`;
  const rules = rows.map(({ expression }, index) => ({ ...ruleShowing(expression, `${index}`) }));
  const schema = {
    type: "object",
    properties: { spec: { ...fixtureSchema, "x-kubernetes-validations": rules } },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `tables.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "tables", kind: "Table" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

const objectOf = (name: string): JsonObject => ({
  apiVersion: `${name}-${run}.cel.test/v1`,
  kind: "Table",
  metadata: { name: "one" },
  spec: fixtureObject,
});

/** The least part of a table that the API server must take: it refuses rules by an estimate of their cost. */
const leastShare = 0.85;

/** The rows whose rules the API server takes, and the CRD made of them. */
async function createTable(
  server: TestControlPlane,
  name: string,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const dryRun = await server.client.request("POST", `${CRDS}?dryRun=All`, {
    body: goJson(crdFor(name, rows)),
  });
  const causes = isStatus(dryRun.body) ? (dryRun.body.details?.causes ?? []) : [];
  const costly = new Set<number>();
  for (const { field, message } of causes) {
    assert.match(message, /estimated|cost/, field);
    costly.add(Number(/x-kubernetes-validations\[(\d+)\]/.exec(field)?.[1] ?? -1));
  }
  const kept = rows.filter((_, index) => !costly.has(index));
  assert.ok(kept.length >= leastShare * rows.length, `${kept.length} of ${rows.length}`);
  const created = await server.client.request("POST", CRDS, { body: goJson(crdFor(name, kept)) });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  return kept;
}

/** The messages of a refusal; waits while the new CRD is not served yet. */
async function refusalOf(server: TestControlPlane, name: string): Promise<string[]> {
  const path = `/apis/${name}-${run}.cel.test/v1/namespaces/default/tables?dryRun=All`;
  const deadline = Date.now() + establishedWithinMs;
  for (;;) {
    const answer = await server.client.request("POST", path, { body: goJson(objectOf(name)) });
    if (answer.status !== 404 || Date.now() > deadline) {
      assert.ok(isStatus(answer.body) && answer.status === 422, JSON.stringify(answer.body));
      return (answer.body.details?.causes ?? []).map(({ message }) => message);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The outcome of each row, read from the messages that begin or end with its number. */
function outcomesOf(messages: readonly string[]): Map<number, string> {
  const outcomes = new Map<number, string>();
  for (const cause of messages) {
    const message = cause.replace(/^Invalid value: (?:"object": )?/, "");
    const index = /^(\d+)=/.exec(message)?.[1] ?? /M(\d+)$/.exec(message)?.[1];
    assert.ok(index !== undefined, cause);
    outcomes.set(Number(index), outcomeOf(message.replace(/^\d+(?==)/, "").replace(/M\d+$/, "M")));
  }
  return outcomes;
}

describe("kube-apiserver evaluates the tables of expressions as they say", {
  concurrency: true,
}, () => {
  let server: TestControlPlane;
  before(async () => {
    server = await openControlPlane();
  });
  after(async () => {
    for (const name of readTables().keys()) {
      await server.client.request("DELETE", `${CRDS}/tables.${name}-${run}.cel.test`);
    }
    await server.close();
  });

  for (const [name, table] of readTables()) {
    const rows = table.filter(({ outcome }) => outcome !== "?");
    const refused = table.filter(({ outcome }) => outcome === "?");

    if (rows.length > 0) {
      it(`${rows.length} expressions of ${name}`, async () => {
        const kept = await createTable(server, name, rows);
        const outcomes = outcomesOf(await refusalOf(server, name));
        for (const [index, { expression, outcome }] of kept.entries()) {
          assert.equal(outcomes.get(index), outcome, expression);
        }
      });
    }

    if (refused.length > 0) {
      it(`${refused.length} expressions of ${name} that no CRD may have`, async () => {
        const answer = await server.client.request("POST", `${CRDS}?dryRun=All`, {
          body: goJson(crdFor(`${name}-refused`, refused)),
        });
        assert.ok(isStatus(answer.body), JSON.stringify(answer.body));
        const { message = "" } = answer.body;
        for (const [index, { expression }] of refused.entries()) {
          assert.ok(message.includes(`x-kubernetes-validations[${index}].rule`), expression);
        }
      });
    }
  }
});
