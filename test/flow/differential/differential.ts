/** Compares the engine with a real API server on generated objects of one CRD version. */
import fc from "fast-check";
import { type Answer, admit } from "../../../schemas/admit.ts";
import type { Engine } from "../../../schemas/engine.ts";
import type { JsonObject } from "../../../schemas/json.ts";
import { parseJson } from "../../../schemas/parse-json.ts";
import { difference } from "./comparison.ts";
import { metaArbitrary, objectArbitrary } from "./object-arbitrary.ts";
import type { Oracle } from "./oracle.ts";
import { repair } from "./repair.ts";
import { requestText } from "./request-text.ts";

/** Shrinking asks the server thousands of times; a disagreement that is not minimal after this long is good enough. */
const SHRINK_WITHIN_MS = 20_000;

/** How much is compared. */
export interface DifferentialOptions {
  readonly objects: number;
  readonly seed: number;
  /** Messages have to agree too, not only fields and reasons. */
  readonly exact: boolean;
}

/** The smallest write found on which both disagree, and what differs. */
export interface Disagreement {
  readonly object: JsonObject;
  readonly old?: JsonObject;
  readonly difference: string;
}

interface Write {
  readonly object: JsonObject;
  /** The state to update, as it is put into the store. */
  readonly before?: JsonObject;
}

/** Runs the comparison; undefined when all answers agree. */
export async function compareWithServer(
  engine: Engine,
  oracle: Oracle,
  options: DifferentialOptions,
): Promise<Disagreement | undefined> {
  let found: Disagreement | undefined;
  let shrinkUntil = Number.POSITIVE_INFINITY;
  let count = 0;
  const run = options.seed.toString(36).slice(-5);
  const property = fc.asyncProperty(writeArbitrary(engine), async (write) => {
    if (performance.now() > shrinkUntil) {
      return true;
    }
    const name = `d${run}-${(count++).toString(36)}`;
    const disagreement = await judge(engine, oracle, write, name, options.exact);
    if (disagreement !== undefined) {
      found = disagreement;
      shrinkUntil = Math.min(shrinkUntil, performance.now() + SHRINK_WITHIN_MS);
    }
    return disagreement === undefined;
  });
  const result = await fc.check(property, { numRuns: options.objects, seed: options.seed });
  return result.failed ? found : undefined;
}

/** A create in two of three cases, else an update of an object that is the same but for some parts. */
function writeArbitrary(engine: Engine): fc.Arbitrary<Write> {
  const objects = fc
    .tuple(objectArbitrary(engine.crd.schema), metaArbitrary(), fc.constantFrom(...KEPT_FAULTS))
    .map(([object, metadata, kept]): JsonObject => ({ ...repair(engine, object, kept), metadata }));
  const updates = fc
    .tuple(objects, objects, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([object, before, share]) => ({ object: mix(object, before, share), before }));
  return fc.oneof(
    { weight: 2, arbitrary: objects.map((object) => ({ object })) },
    { weight: 1, arbitrary: updates },
  );
}

/** How many faults are left in an object: most often none or one. */
const KEPT_FAULTS = [0, 0, 0, 1, 1, 1, 2, 5, Number.POSITIVE_INFINITY];

/** The new object, with a share of its parts taken from the old one: ratcheting is about what stays. */
function mix(object: JsonObject, before: JsonObject, share: number): JsonObject {
  const mixed = structuredMix(object, before, share, 0);
  return { ...mixed, metadata: object["metadata"] ?? {} };
}

function structuredMix(
  object: JsonObject,
  before: JsonObject,
  share: number,
  depth: number,
): JsonObject {
  const mixed: JsonObject = { ...object };
  for (const [at, key] of Object.keys(before).entries()) {
    const fresh = Object.hasOwn(object, key) ? object[key] : undefined;
    const old = before[key] ?? null;
    const isBoth = isPlain(fresh) && isPlain(old);
    if (isBoth && depth < 4) {
      mixed[key] = structuredMix(fresh, old, share, depth + 1);
    } else if (((at * 7 + depth * 3) % 10) / 10 < share) {
      mixed[key] = old;
    }
  }
  return mixed;
}

function isPlain(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && value.constructor === Object;
}

async function judge(
  engine: Engine,
  oracle: Oracle,
  write: Write,
  name: string,
  exact: boolean,
): Promise<Disagreement | undefined> {
  const object = complete(engine, write.object, name);
  if (write.before === undefined) {
    const text = requestText(object);
    const answer = answerTo(engine, text);
    const found = difference(answer, await oracle.create(text), { exact });
    return found === undefined ? undefined : { object, difference: found };
  }
  const old = await oracle.store(withoutOwners(complete(engine, write.before, name)));
  if (old === undefined) {
    return undefined;
  }
  const server = await oracle.update(object, old);
  await oracle.remove(name);
  const found = difference(answerTo(engine, requestText(object), old), server, { exact });
  return found === undefined ? undefined : { object, old, difference: found };
}

/** An object with an owner that does not exist would be collected while it is being looked at. */
function withoutOwners(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  const { ownerReferences: _owners, ...kept } = isPlain(metadata) ? metadata : {};
  return { ...object, metadata: kept };
}

/** The engine gets what the server gets: text. */
function answerTo(engine: Engine, text: string, old?: JsonObject): Answer {
  const parsed = parseJson(text);
  if (parsed.kind === "malformed") {
    throw new Error(parsed.message);
  }
  return admit(engine, { object: parsed.value, ...(old === undefined ? {} : { old }) });
}

function complete({ crd }: Engine, object: JsonObject, name: string): JsonObject {
  const metadata = object["metadata"];
  return {
    ...object,
    apiVersion: `${crd.group}/${crd.version}`,
    kind: crd.kind,
    metadata: { ...(isPlain(metadata) ? metadata : {}), name },
  };
}
