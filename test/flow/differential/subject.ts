/** The CRDs that the differential test is about: the torture CRD, and our own under another group, so that nobody else's are touched. */
import { type CrdVersion, readCrd } from "../../../schemas/crd.ts";
import { goJson } from "../../../schemas/go-text.ts";
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import { parseJson } from "../../../schemas/parse-json.ts";
import { readDocument } from "../../schemas/crd-fixture.ts";

/** One CRD version to compare, with the CRD as it is installed. */
export interface Subject {
  readonly name: string;
  readonly crd: JsonObject;
  readonly version: CrdVersion;
}

const TORTURE = "test/fixtures/torture.crd.yaml";

/** All versions of the torture CRD and of the CRDs in the files given. */
export function readSubjects(files: readonly string[]): readonly Subject[] {
  return [TORTURE, ...files].flatMap((file) => {
    const crd = file === TORTURE ? readDocument(file) : elsewhere(readDocument(file));
    const read = readCrd(crd);
    if (read.kind === "unreadable") {
      throw new Error(`${file}: ${read.message}`);
    }
    return read.versions.map((version) => ({
      name: `${version.kind} ${version.version}`,
      crd,
      version,
    }));
  });
}

/** A CRD with its group, and all that is named after it, moved under a group of this test. */
function elsewhere(crd: JsonObject): JsonObject {
  const parsed = parseJson(goJson(crd).replaceAll("prism.io", "differential.prism.io"));
  const moved = parsed.kind === "parsed" ? parsed.value : null;
  return isObject(moved) ? moved : {};
}
