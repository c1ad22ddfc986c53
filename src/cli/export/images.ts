/** Images of Prism's own programs: one registry and tag for all where they agree, else an image each. */
import type { JsonRecord } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import { type Image, readImage } from "./image.ts";
import type { Workload } from "./workload.ts";

/** A program and what its image would be called. */
export interface Program {
  readonly workload: Workload;
  /** `prism-admin`, `keyvalue-runner`. */
  readonly expected: string;
}

/** What the images have in common, and the programs that need one of their own. */
export interface SharedImages {
  readonly images: JsonRecord;
  readonly own: ReadonlyMap<Workload, string>;
}

/** The most common registry and tag become `spec.images`; everybody else is named. */
export function sharedImages(programs: readonly Program[]): SharedImages {
  const read = programs.map(({ workload, expected }) => ({
    workload,
    expected,
    image: readImage(workload.image),
  }));
  const regular = read.filter(
    ({ image, expected }) => image.name === expected && !image.isPinned && image.prefix !== "",
  );
  const groups = Map.groupBy(regular, ({ image }) => keyOf(image));
  const [common] = [...groups.values()].toSorted((a, b) => b.length - a.length);
  const first = common?.[0]?.image;
  const isShared = (image: Image, expected: string) =>
    first !== undefined &&
    image.name === expected &&
    !image.isPinned &&
    keyOf(image) === keyOf(first);
  const own = read.filter(({ image, expected }) => !isShared(image, expected));
  return {
    images: {
      ...(first === undefined ? {} : { registry: first.prefix, tag: first.tag }),
      ...pullFields(programs),
    },
    own: new Map(own.map(({ workload, image }) => [workload, image.text])),
  };
}

function keyOf({ prefix, tag }: Image): string {
  return `${prefix} ${tag}`;
}

/** Pull Secrets of any of them serve all; a policy counts when all have it and it is not Kubernetes' own choice. */
function pullFields(programs: readonly Program[]): JsonRecord {
  const secrets = new Set(
    programs.flatMap(({ workload }) =>
      listAt(workload.pod, "imagePullSecrets").flatMap((one) => textAt(one, "name") ?? []),
    ),
  );
  const policies = new Set(
    programs.map(({ workload }) => textAt(workload.container, "imagePullPolicy")),
  );
  const [policy] = policies;
  const isCommon = policies.size === 1 && policy !== undefined && policy !== "IfNotPresent";
  return {
    ...(isCommon && programs.length > 1 ? { pullPolicy: policy } : {}),
    ...(secrets.size === 0 ? {} : { pullSecrets: [...secrets].map((name) => ({ name })) }),
  };
}
