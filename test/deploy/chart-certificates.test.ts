import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readOptions } from "../../src/options.ts";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { only, rendered } from "./chart.ts";

/** Who makes certificates and who injects: the chart gives each side what it needs, and the operator no right that it does not. */

const CERT_MANAGER = ["--set", "certificates.mode=certManager"];
const PROVIDED = [
  "--set",
  "certificates.mode=provided,certificates.provided.secretName=corp-tls",
  "--set-json",
  'certificates.provided.injectionAnnotations={"example.com/inject-from":"corp-tls"}',
];
const INJECTION = "cert-manager.io/inject-ca-from";
const INJECTED = [
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
  "CustomResourceDefinition",
];

const ofKind = (objects: readonly unknown[], kind: string): readonly unknown[] =>
  objects.filter((object) => textAt(object, "kind") === kind);
const nameOf = (object: unknown): string => textAt(object, "metadata", "name");

/** What the objects with a caBundle are annotated with; a CRD that is not converted has none. */
function annotationsOf(objects: readonly unknown[], name: string): readonly unknown[] {
  const targets = objects.filter(
    (object) =>
      INJECTED.includes(textAt(object, "kind")) &&
      (valueAt(object, "webhooks") ?? valueAt(object, "spec", "conversion")) !== undefined,
  );
  assert.ok(targets.length >= 3);
  return targets.map((target) => valueAt(target, "metadata", "annotations", name));
}

/** `<resource> <verb>` of every right that the operator itself has on Secrets by name, configurations and CRDs. */
function rightsOf(objects: readonly unknown[]): readonly string[] {
  const roles = objects.filter((role) =>
    ["prism-operator-trust", "prism-operator-own"].includes(nameOf(role)),
  );
  const rules = roles.flatMap((role) => listAt(role, "rules"));
  return rules
    .flatMap((rule) =>
      listAt(rule, "resources").flatMap((resource) =>
        listAt(rule, "verbs").map((verb) => `${resource} ${verb}`),
      ),
    )
    .filter((right) => !right.startsWith("leases"));
}

describe("certificates by the operator itself", () => {
  it("need nothing of cert-manager, no volume and no annotation", async () => {
    const objects = await rendered();
    assert.ok(!objects.some((one) => textAt(one, "apiVersion").startsWith("cert-manager.io")));
    assert.ok(annotationsOf(objects, INJECTION).every((value) => value === undefined));
    const pod = valueAt(only(objects, "Deployment"), "spec", "template", "spec");
    assert.ok(!JSON.stringify(valueAt(pod, "volumes")).includes("certificates"));
    assert.ok(rightsOf(objects).includes("customresourcedefinitions patch"));
  });
});

describe("certificates by cert-manager", () => {
  it("have an authority between the self-signed issuer and the serving certificate", async () => {
    const objects = await rendered(CERT_MANAGER);
    const authority = only(objects, "Certificate", "prism-operator-webhook-ca");
    assert.equal(valueAt(authority, "spec", "isCA"), true);
    assert.equal(
      textAt(authority, "spec", "issuerRef", "name"),
      "prism-operator-webhook-selfsigned",
    );
    assert.partialDeepStrictEqual(valueAt(authority, "spec", "privateKey"), {
      algorithm: "ECDSA",
      size: 256,
    });
    const selfSigned = only(objects, "Issuer", "prism-operator-webhook-selfsigned");
    assert.deepEqual(valueAt(selfSigned, "spec"), { selfSigned: {} });
    const issuer = only(objects, "Issuer", "prism-operator-webhook-ca");
    assert.deepEqual(valueAt(issuer, "spec"), {
      ca: { secretName: textAt(authority, "spec", "secretName") },
    });
  });

  it("serve for 90 days, are renewed 30 days before, each with a new key, for the Service's names", async () => {
    const leaf = only(await rendered(CERT_MANAGER), "Certificate", "prism-operator-webhook");
    assert.partialDeepStrictEqual(valueAt(leaf, "spec"), {
      duration: "2160h",
      renewBefore: "720h",
      issuerRef: { name: "prism-operator-webhook-ca", kind: "Issuer", group: "cert-manager.io" },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    });
    const host = "prism-operator-webhook.prism-system";
    assert.deepEqual(valueAt(leaf, "spec", "dnsNames"), [
      "prism-operator-webhook",
      host,
      `${host}.svc`,
      `${host}.svc.cluster.local`,
    ]);
  });

  it("are injected by the annotation on everything with a caBundle, and mounted into the operator", async () => {
    const objects = await rendered(CERT_MANAGER);
    const leaf = only(objects, "Certificate", "prism-operator-webhook");
    for (const value of annotationsOf(objects, INJECTION))
      assert.equal(value, "prism-system/prism-operator-webhook");
    assertMounted(objects, textAt(leaf, "spec", "secretName"), "certManager");
  });

  it("may be signed by an issuer of one's own", async () => {
    const objects = await rendered([
      ...CERT_MANAGER,
      "--set",
      "certificates.certManager.issuerRef.name=corp,certificates.certManager.issuerRef.kind=ClusterIssuer",
    ]);
    assert.equal(ofKind(objects, "Issuer").length, 0);
    const leaf = only(objects, "Certificate");
    assert.deepEqual(valueAt(leaf, "spec", "issuerRef"), {
      name: "corp",
      kind: "ClusterIssuer",
      group: "cert-manager.io",
    });
  });

  it("leave the CRD's policy and annotations right when it is not kept", async () => {
    const objects = await rendered([...CERT_MANAGER, "--set", "crds.keep=false"]);
    for (const crd of ofKind(objects, "CustomResourceDefinition")) {
      const annotations = Object(valueAt(crd, "metadata", "annotations") ?? {});
      assert.equal(annotations["helm.sh/resource-policy"], undefined);
    }
    assert.ok(annotationsOf(objects, INJECTION).every((value) => value !== undefined));
  });
});

describe("certificates of one's own", () => {
  it("are mounted, and whoever injects is told by annotations of one's own", async () => {
    const objects = await rendered(PROVIDED);
    assert.ok(!objects.some((one) => textAt(one, "apiVersion").startsWith("cert-manager.io")));
    for (const value of annotationsOf(objects, "example.com/inject-from"))
      assert.equal(value, "corp-tls");
    assertMounted(objects, "corp-tls", "provided");
  });
});

describe("the rights of an operator that does not make its certificates", () => {
  for (const [name, args] of Object.entries({ certManager: CERT_MANAGER, provided: PROVIDED })) {
    it(`are to look whether it is trusted: ${name}`, async () => {
      assert.deepEqual(rightsOf(await rendered(args)), [
        "mutatingwebhookconfigurations get",
        "validatingwebhookconfigurations get",
        "customresourcedefinitions get",
        "customresourcedefinitions/status patch",
        // Whose deletion takes the configurations along (webhooks.ownedByNamespace).
        "namespaces get",
      ]);
    });
  }
});

/** The Secret as a folder where the operator looks for it, in the mode that it is told. */
function assertMounted(objects: readonly unknown[], secretName: string, mode: string): void {
  const pod = valueAt(only(objects, "Deployment"), "spec", "template", "spec");
  const [container] = listAt(pod, "containers");
  const read = readOptions(listAt(container, "args").map(String), {}, "1.2.3");
  assert.equal(read.kind, "run");
  const options = read.kind === "run" ? read.options : assert.fail();
  assert.equal(options.certificateMode, mode);
  const mount = listAt(container, "volumeMounts").find(
    (one) => textAt(one, "name") === "certificates",
  );
  assert.equal(textAt(mount, "mountPath"), options.certificateFolder);
  assert.equal(valueAt(mount, "readOnly"), true);
  assert.equal(valueAt(mount, "subPath"), undefined, "a single file is never replaced");
  const volume = listAt(pod, "volumes").find(
    (one) => textAt(one, "name") === textAt(mount, "name"),
  );
  assert.equal(textAt(volume, "secret", "secretName"), secretName);
}
