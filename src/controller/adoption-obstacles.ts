/** What the first change of a workload that was set up by hand would leave behind: its volumes, its credentials, its pods. */
import { isRecord, valueAt } from "../domain/json-object.ts";
import { listAt, textAt } from "../domain/json-read.ts";
import type { KubeObject } from "../domain/kube-object.ts";

/** Everything that speaks against changing a live workload to what an intent says; empty when nothing does. */
export function obstaclesOf(intent: KubeObject, live: KubeObject): readonly string[] {
  return [
    ...kindObstacles(intent, live),
    ...podObstacles(intent, live),
    ...volumeObstacles(intent, live),
    ...credentialObstacles(intent, live),
  ];
}

function kindObstacles(intent: KubeObject, live: KubeObject): readonly string[] {
  return intent.kind === live.kind ? [] : [`it is a ${live.kind}, not a ${intent.kind}`];
}

/** True when the pods that run would not be the new workload's: they would stay beside its own. */
export function losesPods(intent: KubeObject, live: KubeObject): boolean {
  const wanted = valueAt(intent, ["spec", "selector", "matchLabels"]);
  const labels = valueAt(live, ["spec", "template", "metadata", "labels"]);
  if (!isRecord(wanted)) return false;
  return Object.entries(wanted).some(([key, value]) => valueAt(labels, [key]) !== value);
}

function podObstacles(intent: KubeObject, live: KubeObject): readonly string[] {
  return losesPods(intent, live)
    ? ["its pods have other labels and would be replaced at once"]
    : [];
}

interface Mount {
  /** Name of a claim template, or of a claim. */
  readonly claim: string;
  readonly path: string;
}

/** Where each claim is mounted. */
function mountsOf(workload: KubeObject): readonly Mount[] {
  const pod = valueAt(workload, ["spec", "template", "spec"]);
  const templates = listAt(workload, "spec", "volumeClaimTemplates").flatMap((one) => {
    const name = textAt(one, "metadata", "name");
    return name === undefined ? [] : [{ volume: name, claim: `template ${name}` }];
  });
  const claims = listAt(pod, "volumes").flatMap((one) => {
    const claim = textAt(one, "persistentVolumeClaim", "claimName");
    const volume = textAt(one, "name");
    return claim === undefined || volume === undefined ? [] : [{ volume, claim }];
  });
  const mounted = listAt(pod, "containers").flatMap((one) => listAt(one, "volumeMounts"));
  return [...templates, ...claims].map(({ volume, claim }) => {
    const mount = mounted.find((one) => textAt(one, "name") === volume);
    const below = textAt(mount, "subPath");
    return {
      claim,
      path: `${textAt(mount, "mountPath") ?? ""}${below === undefined ? "" : ` (${below})`}`,
    };
  });
}

function volumeObstacles(intent: KubeObject, live: KubeObject): readonly string[] {
  const wanted = mountsOf(intent);
  return mountsOf(live).flatMap(({ claim, path }) => {
    const same = wanted.find((one) => one.claim === claim);
    if (same === undefined) return [`the data of its volume claim ${claim} would be left behind`];
    if (same.path !== path)
      return [`its volume claim ${claim} is mounted at ${path}, not at ${same.path}`];
    return [];
  });
}

/** Variables by which servers take their first password, and where they keep their data. */
function credentialObstacles(intent: KubeObject, live: KubeObject): readonly string[] {
  const wanted = environmentOf(intent);
  const have = environmentOf(live);
  return [...wanted].flatMap(([name, source]) => {
    const own = have.get(name);
    if (own === undefined || own === source) return [];
    if (name === "PGDATA") return ["its data are in another folder (PGDATA)"];
    return source.startsWith("Secret ") ? [`${name} comes from elsewhere than ${source}`] : [];
  });
}

/** Where each variable of the first container comes from; values are only compared. */
function environmentOf(workload: KubeObject): ReadonlyMap<string, string> {
  const [container] = listAt(workload, "spec", "template", "spec", "containers");
  return new Map(
    listAt(container, "env").map((one) => {
      const secret = textAt(one, "valueFrom", "secretKeyRef", "name");
      const key = textAt(one, "valueFrom", "secretKeyRef", "key");
      const source =
        secret === undefined ? `value ${textAt(one, "value") ?? ""}` : `Secret ${secret} (${key})`;
      return [textAt(one, "name") ?? "", source];
    }),
  );
}
