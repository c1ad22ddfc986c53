import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { isRecord } from "../../src/domain/json-object.ts";
import { listAt, textAt } from "../../src/domain/json-read.ts";
import { KINDS, kindNamed } from "../../src/domain/registry.ts";
import { loadCrds } from "../../src/kinds.ts";

/** Short names of what Kubernetes itself serves (kubectl api-resources, 1.37). */
const BUILT_IN = new Set(
  "cm cs ctb csr cj crd crds deploy ds ep ev hpa ing ip limits netpol no ns pc pdb po pv pvc quota rc rs sa sc sts svc vac".split(
    " ",
  ),
);

const crds = loadCrds();

it("every CRD is a kind of the registry, and every kind a CRD", () => {
  const names = KINDS.map(({ plural, group }) => `${plural}.${group}`).toSorted();
  deepEqual(crds.map(({ name }) => name).toSorted(), names);
});

it("a kind is found by its name, and no other name is", () => {
  for (const kind of KINDS) equal(kindNamed(kind.kind), kind);
  equal(kindNamed("Deployment"), undefined);
});

for (const kind of KINDS) {
  const crd = crds.find(({ name }) => name === `${kind.plural}.${kind.group}`);
  ok(crd);
  const spec = crd.object["spec"];
  const versions = listAt(spec, "versions").filter(isRecord);
  describe(kind.kind, () => {
    it("has a folder of its own", () => {
      const folder = kind.kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
      ok(existsSync(`src/domain/${folder}/${folder}.ts`));
    });

    it("serves the versions of its CRD, and stores the hub", () => {
      deepEqual(
        versions.filter(({ served }) => served === true).map(({ name }) => name),
        kind.versions,
      );
      const stored = versions.filter(({ storage }) => storage === true);
      deepEqual(
        stored.map(({ name }) => name),
        [kind.hub],
      );
    });

    it("is converted by the webhook, so that a second version fails closed", () => {
      equal(textAt(spec, "conversion", "strategy"), "Webhook");
    });

    it("has names that kubectl takes for nothing else", () => {
      const { kind: name, plural } = kind;
      equal(textAt(spec, "names", "kind"), name);
      equal(textAt(spec, "names", "plural"), plural);
      deepEqual(listAt(spec, "names", "categories"), ["prism"]);
      const short = listAt(spec, "names", "shortNames").map(String);
      equal(short.length > 0, true);
      deepEqual(
        short.filter((one) => BUILT_IN.has(one)),
        [],
      );
    });

    it("shows its state in kubectl get, and keeps status apart from spec", () => {
      for (const version of versions) {
        ok(isRecord(version["subresources"]) && isRecord(version["subresources"]["status"]));
        const columns = listAt(version, "additionalPrinterColumns").map((one) =>
          textAt(one, "name"),
        );
        ok(columns.includes("Ready") && columns.includes("Age"));
      }
    });
  });
}

it("no short name is that of two kinds", () => {
  const all = crds.flatMap(({ object }) => listAt(object["spec"], "names", "shortNames"));
  equal(new Set(all).size, all.length);
});
