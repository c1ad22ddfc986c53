/** What the Kubernetes cluster itself gives: its version, volumes, nodes, and the rights of the user. */
import { listAt, textAt } from "../../domain/json-read.ts";
import { objectsOf, type World } from "../cluster/world.ts";
import { type Finding, pass, problem } from "./finding.ts";

/** The oldest minor that is supported (docs/platform/supported-versions.md, the chart's kubeVersion). */
const OLDEST_MINOR = 34;
/** The newest minor that is tested. */
const NEWEST_MINOR = 37;

/** Version, StorageClass and nodes. */
export function clusterFindings(world: World): readonly Finding[] {
  return [versionFinding(world), storageFinding(world), ...nodeFindings(world)];
}

function versionFinding({ serverVersion }: World): Finding {
  const subject = "Kubernetes version";
  const minor = /^v1\.(\d+)\./.exec(serverVersion ?? "")?.[1];
  if (serverVersion === undefined || minor === undefined) {
    return problem("unknown", "kubernetes", subject, {
      reason: "NotReadable",
      message: `the API server does not say a version that can be read (${serverVersion ?? "none"})`,
    });
  }
  if (Number(minor) < OLDEST_MINOR) {
    return problem("fail", "kubernetes", subject, {
      reason: "KubernetesTooOld",
      message: `${serverVersion} is older than 1.${OLDEST_MINOR}, the oldest that is supported`,
      fix: `upgrade Kubernetes to 1.${OLDEST_MINOR} or newer`,
    });
  }
  if (Number(minor) > NEWEST_MINOR) {
    return problem("warn", "kubernetes", subject, {
      reason: "KubernetesNotTested",
      message: `${serverVersion} is newer than 1.${NEWEST_MINOR}, the newest that was tested`,
    });
  }
  return pass("kubernetes", subject, serverVersion);
}

function storageFinding(world: World): Finding {
  const subject = "StorageClass";
  const gap = world.gaps.find(({ collector }) => collector === "StorageClasses");
  if (gap !== undefined) {
    return problem("unknown", "kubernetes", subject, {
      reason: "NotReadable",
      message: gap.message,
    });
  }
  const classes = objectsOf(world, "StorageClass");
  const names = classes.map(({ metadata }) => metadata.name).join(", ");
  const isDefault = classes.some(
    ({ metadata }) =>
      metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  if (isDefault) return pass("kubernetes", subject, `there is a default; all: ${names}`);
  return problem("warn", "kubernetes", subject, {
    reason: "NoDefaultStorageClass",
    message:
      classes.length === 0
        ? "there is none: claims are bound only to volumes that somebody makes by hand"
        : `none is the default; there are: ${names}`,
    fix: "name one in spec...storage.storageClassName, or make one the default",
  });
}

/** Nodes that take no pods explain many things. */
function nodeFindings(world: World): readonly Finding[] {
  const nodes = objectsOf(world, "Node");
  if (nodes.length === 0) return [];
  const ready = nodes.filter((node) =>
    listAt(node, "status", "conditions").some(
      (one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True",
    ),
  );
  const subject = "Nodes";
  if (ready.length === nodes.length) {
    return [pass("kubernetes", subject, `all ${nodes.length} are ready`)];
  }
  const message = `${ready.length} of ${nodes.length} are ready`;
  const outcome = ready.length === 0 ? "fail" : "warn";
  return [problem(outcome, "kubernetes", subject, { reason: "NodesNotReady", message })];
}

/** What the user may not do. */
export function rightFindings({ rights, gaps }: World): readonly Finding[] {
  const gap = gaps.find(({ collector }) => collector === "rights");
  const unknown =
    gap === undefined
      ? []
      : [
          problem("unknown", "rights", "Your rights", {
            reason: "NotReadable",
            message: gap.message,
          }),
        ];
  if (rights.length === 0) return unknown;
  const missing = rights.filter(({ isAllowed }) => !isAllowed);
  if (missing.length === 0) {
    return [
      ...unknown,
      pass("rights", "Your rights", `all ${rights.length} that are needed are there`),
    ];
  }
  return [
    ...unknown,
    ...missing.map(({ verb, resource, namespace }) =>
      problem("warn", "rights", `${verb} ${resource}`, {
        reason: "RightMissing",
        message: `you may not ${verb} ${resource}${namespace === "" ? "" : ` in ${namespace}`}`,
        fix: "bind the ClusterRole prism-operator-edit or prism-operator-view of the chart to yourself",
      }),
    ),
  ];
}
