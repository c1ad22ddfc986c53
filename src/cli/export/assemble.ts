/** From what a namespace holds to the PrismCluster that would take it over, and everything that has to be said beside it. */
import { isTied } from "../../controller/adoption.ts";
import { isRecord, type JsonRecord } from "../../domain/json-object.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { backendBlock, backendIn, type FoundBackend, isOwned, noteKind } from "./backends.ts";
import { readImage } from "./image.ts";
import { type Program, sharedImages } from "./images.ts";
import { Namespace } from "./namespace.ts";
import { Notes } from "./note.ts";
import { isMisnamedRunner, isRunner, patternBlock, typeOf } from "./patterns.ts";
import { ADMIN_NAME, adminBlock, ingressField, PROXY_NAME, proxyBlock } from "./prism-programs.ts";
import { noteRest } from "./rest.ts";
import { readWorkload, type Workload } from "./workload.ts";

/** The object before it is judged, and what was found. */
export interface Assembled {
  readonly cluster: JsonRecord;
  readonly notes: Notes;
  /** Workloads that the object takes over: `StatefulSet redis`. */
  readonly taken: readonly string[];
}

/** Which workload is what. */
interface Parts {
  readonly admin: Workload | undefined;
  readonly proxy: Workload | undefined;
  readonly backends: readonly FoundBackend[];
  readonly runners: readonly Workload[];
}

/** Pure: the same objects give the same export. */
export function assemble(
  objects: readonly KubeObject[],
  namespaceName: string,
  name: string,
): Assembled {
  const namespace = new Namespace(namespaceName, objects);
  const notes = new Notes();
  const workloads = [...namespace.of("StatefulSet"), ...namespace.of("Deployment")]
    .filter((one) => !isOwned(one))
    .flatMap((one) => readWorkload(one, namespace) ?? []);
  const parts = sortOut(workloads, namespace);
  noteMisnamed(workloads, parts, notes);
  const spec = specOf(parts, namespace, notes);
  const taken = takenOf(parts);
  noteUntied(namespace, taken, notes);
  noteRest(namespace, taken, notes);
  const cluster = {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name, namespace: namespaceName },
    spec,
  };
  return { cluster, notes, taken: taken.map(({ subject }) => subject) };
}

/** The operator takes nothing over for its name alone; what no label ties to its component gets one first. */
function noteUntied(namespace: Namespace, taken: readonly Workload[], notes: Notes): void {
  for (const { object, name, subject } of taken) {
    const services = namespace.of("Service").filter((one) => one.metadata.name === name);
    const untied = [object, ...services].filter((one) => !isTied(one, name, new Set()));
    if (untied.length === 0) continue;
    const objects = untied.map(({ kind }) => `${kind.toLowerCase()}/${name}`).join(" ");
    notes.add(
      "before",
      subject,
      "no label says that it is this component, and a name alone says nothing",
      {
        advice: `kubectl --namespace ${namespace.name} label ${objects} app=${name}`,
      },
    );
  }
}

function sortOut(workloads: readonly Workload[], namespace: Namespace): Parts {
  const named = (name: string) => workloads.find((one) => one.name === name);
  const rest = workloads.filter(({ name }) => name !== ADMIN_NAME && name !== PROXY_NAME);
  const runners = rest.filter(isRunner);
  const backends = rest
    .filter((one) => !isRunner(one))
    .flatMap((one) => backendIn(one, namespace) ?? []);
  return { admin: named(ADMIN_NAME), proxy: named(PROXY_NAME), backends, runners };
}

function takenOf({ admin, proxy, backends, runners }: Parts): readonly Workload[] {
  const programs = [admin, proxy].filter((one) => one !== undefined);
  return [...backends.map(({ workload }) => workload), ...programs, ...runners];
}

function specOf(parts: Parts, namespace: Namespace, notes: Notes): JsonRecord {
  const { admin, proxy, backends, runners } = parts;
  const shared = sharedImages(programsOf(parts));
  const ownImage = (workload: Workload): JsonRecord => {
    const image = shared.own.get(workload);
    return image === undefined ? {} : { image };
  };
  noteMissing(parts, notes);
  const backendEntries = backends.map((found) => {
    noteKind(found.workload, "StatefulSet", notes, `spec.backends.${found.name}`);
    return [found.name, backendBlock(found, namespace, notes)] as const;
  });
  const context = { namespace, backends, notes };
  const patterns = runners.map((one, index) => ({
    ...patternBlock(one, index, context),
    ...ownImage(one),
  }));
  return {
    ...(Object.keys(shared.images).length === 0 ? {} : { images: shared.images }),
    ...(admin && { admin: { ...adminBlock(admin, backends, notes), ...ownImage(admin) } }),
    ...(proxy && { proxy: { ...proxyBlock(proxy, namespace, notes), ...ownImage(proxy) } }),
    ...(patterns.length === 0 ? {} : { patterns }),
    ...(backendEntries.length === 0 ? {} : { backends: Object.fromEntries(backendEntries) }),
    ...ingressField(namespace, notes),
    ...observabilityField(namespace),
  };
}

function programsOf({ admin, proxy, runners }: Parts): readonly Program[] {
  return [
    ...(admin === undefined ? [] : [{ workload: admin, expected: ADMIN_NAME }]),
    ...(proxy === undefined ? [] : [{ workload: proxy, expected: PROXY_NAME }]),
    ...runners.map((workload) => {
      const type = typeOf(workload) ?? workload.name.replace(/-runner$/, "");
      return { workload, expected: `${type}-runner` };
    }),
  ];
}

/** A PrismCluster always has both. */
function noteMissing({ admin, proxy }: Parts, notes: Notes): void {
  for (const [name, found] of [
    [ADMIN_NAME, admin],
    [PROXY_NAME, proxy],
  ] as const) {
    if (found === undefined) {
      notes.add("after", name, `there is no workload of this name: the operator will make one`);
    }
  }
}

/** What looks like a part of Prism under a name that a PrismCluster does not give; ours would run beside it. */
function noteMisnamed(workloads: readonly Workload[], parts: Parts, notes: Notes): void {
  const taken = new Set(takenOf(parts));
  for (const workload of workloads.filter((one) => !taken.has(one))) {
    const wanted = wantedName(workload);
    const message =
      wanted === undefined
        ? `its image ${readImage(workload.image).name} is no part of a PrismCluster; it stays as it is`
        : `is not taken over: the operator would call it ${wanted}`;
    const advice =
      wanted === undefined
        ? {}
        : {
            advice:
              "add it to the export when it may run anew under that name, then delete this one",
          };
    notes.add(
      wanted === undefined ? "unmanaged" : "notExpressed",
      workload.subject,
      message,
      advice,
    );
  }
}

function wantedName(workload: Workload): string | undefined {
  const { name } = readImage(workload.image);
  if (name === ADMIN_NAME || name === PROXY_NAME) return name;
  return isMisnamedRunner(workload) ? name : undefined;
}

function observabilityField(namespace: Namespace): JsonRecord {
  const monitors = namespace.of("ServiceMonitor").filter((one) => !isOwned(one));
  const [first] = monitors;
  if (first === undefined) return {};
  const spec = first["spec"];
  const endpoints = isRecord(spec) && Array.isArray(spec["endpoints"]) ? spec["endpoints"] : [];
  const interval = endpoints
    .map((one: unknown) => (isRecord(one) ? one["interval"] : undefined))
    .find((one) => typeof one === "string");
  return {
    observability: {
      prometheus: {
        enabled: true,
        ...(interval === undefined ? {} : { scrapeInterval: interval }),
      },
    },
  };
}
