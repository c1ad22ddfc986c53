import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { parseJson, valueAt } from "../../tools/control-plane/json-value.ts";
import { CHART, template } from "./chart.ts";

describe("values that are wrong are refused with what is right", () => {
  const WRONG: readonly (readonly [string, RegExp])[] = [
    [
      "replicaCount=3",
      /replicaCount is no value of this chart, write replicas; there are: .*watchNamespaces/,
    ],
    [
      "monitoring.serviceMonitor.enable=true",
      /monitoring\.serviceMonitor\.enable is no value .* write enabled; there are: enabled, interval, labels/,
    ],
    ["replicas=two", /replicas.*got string, want integer/s],
    ["logLevel=trace", /logLevel.*one of 'debug', 'info', 'warn', 'error'/s],
    ["webhooks.timeoutSeconds=60", /timeoutSeconds.*maximum: got 60, want 30/s],
    ["image.digest=abc", /image\.digest is "abc"; it must be sha256: and 64 hexadecimal digits/],
    ["imageDigests.redis=latest", /imageDigests of redis is "latest"; it must be sha256:/],
    ["image.repository=ghcr.io/a:b", /registry goes to image\.registry, the version to image\.tag/],
    ["global.imageRegistry=https://x/", /global\.imageRegistry .* without https:/],
    ["global.imagePullSecrets[0].nam=x", /names of Secrets, or objects with a name/],
    ["hostNetwork=true", /set webhooks\.port to another one/],
    ["watchNamespaces[0]=*", /names of namespaces; leave the list empty for all/],
    ["podDisruptionBudget.minAvailable=2", /must be less than replicas/],
    ["metrics.port=8081", /must differ/],
    ["serviceAccount.create=false", /name the ServiceAccount that is there/],
    [
      "monitoring.serviceMonitor.enabled=true,monitoring.podMonitor.enabled=true",
      /serviceMonitor or podMonitor, not both/,
    ],
    ["metrics.authentication.enabled=true", /needs metrics\.tls\.enabled/],
    [
      "metrics.tls.enabled=true,metrics.authentication.enabled=true,monitoring.podMonitor.enabled=true",
      /podMonitor cannot send a token/,
    ],
    ["monitoring.prometheusRule.runbookUrl=docs/", /without a slash at the end/],
    ["certificates.mode=provided", /name the Secret with tls\.crt and tls\.key/],
    ["certificates.mode=cert-manager", /mode.*one of 'self', 'certManager', 'provided'/s],
    [
      "certificates.provided.secretName=mine",
      /read only when certificates\.mode is provided; it is self/,
    ],
    [
      "certificates.certManager.issuerRef.name=corp",
      /read only when certificates\.mode is certManager; it is self/,
    ],
    [
      "certificates.mode=certManager,certificates.certManager.duration=90d",
      /duration is "90d"; it must be a time such as 2160h/,
    ],
    [
      "certManager.enabled=true",
      /certManager is no value of this chart, write certificates\.certManager/,
    ],
  ];
  for (const [value, message] of WRONG) {
    it(value, async () => {
      const { code, stderr } = await template(["--set", value]);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
    });
  }

  it("and the schema knows exactly the values there are, each with its type", () => {
    const schema = parseJson(readFileSync(`${CHART}/values.schema.json`, "utf8"));
    const values: unknown = parse(readFileSync(`${CHART}/values.yaml`, "utf8"));
    assert.deepEqual(namesOf(schema, values, ""), []);
  });
});

/** Where schema and values name other things; maps that are free in the schema are not entered. */
function namesOf(schema: unknown, value: unknown, path: string): readonly string[] {
  const properties = valueAt(schema, "properties");
  if (properties === undefined)
    return valueAt(schema, "type") === undefined ? [`${path} has no type`] : [];
  const names = new Set([...Object.keys(Object(properties)), ...Object.keys(Object(value))]);
  return [...names].flatMap((name) => {
    const here = `${path}.${name}`;
    if (!Object.hasOwn(Object(properties), name)) return [`${here} is not in the schema`];
    // Standard fields of a container that have no default of ours.
    if (!Object.hasOwn(Object(value), name))
      return here === ".resources.claims" ? [] : [`${here} is not in values.yaml`];
    return namesOf(valueAt(properties, name), valueAt(value, name), here);
  });
}
