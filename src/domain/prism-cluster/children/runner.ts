import type { EnvVar, Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import type { KeyRef } from "../../render-facts.ts";
import { subjectPrefix } from "../tenants/tenant.ts";
import { tenantsMount } from "../tenants/tenant-list.ts";
import { tenantPolicy } from "../tenants/tenant-policy.ts";
import { ADMIN } from "./admin-part.ts";
import { autoscalerChildren, leastReplicas, ownReplicas, type Scalable } from "./autoscaler.ts";
import { secret } from "./config-data.ts";
import { connectionValues } from "./connection.ts";
import { connectionEnv } from "./connection-children.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { scratchMount, secretMount } from "./mounts.ts";
import { networkPolicy } from "./network-policy.ts";
import type { Mount, PodPlan } from "./pod.ts";
import { runnerImage } from "./prism-image.ts";
import { provisioning } from "./provision.ts";
import { PROXY } from "./proxy-part.ts";
import { runnerSecretName, type UsedBackend, usedBackends } from "./runner-backends.ts";
import { type RunnerFile, runnerFile } from "./runner-config.ts";
import { runnerPart } from "./runner-part.ts";
import { bindingsOf } from "./runner-slots.ts";
import { service } from "./service.ts";
import type { Stack } from "./stack.ts";
import { type Claim, deployment, statefulSet, volumeClaim } from "./workload.ts";

const CONFIG_PATH = "/etc/prism";
const DATA_PATH = "/data";
/** Time to flush a batch; the programs stop at once otherwise. */
const GRACE_SECONDS = 45;
/** User of distroless `nonroot`; no runner image is published that would say another. */
const NONROOT = { uid: 65532, gid: 65532 };

/** A pattern with all that is derived from it. */
interface Runner {
  readonly stack: Stack;
  readonly pattern: Pattern;
  readonly scalable: Scalable;
  readonly used: readonly UsedBackend[];
  readonly file: RunnerFile | undefined;
  readonly claim: Claim | undefined;
}

/** The runner of a pattern as something that may be scaled. */
export function scalableRunner(pattern: Pattern): Scalable {
  const { workload = "Deployment", replicas = 1, autoscaling } = pattern;
  return { part: runnerPart(pattern), kind: workload, replicas, autoscaling };
}

/** Workload, Service, configuration and scaler of one pattern. */
export function runnerChildren(stack: Stack, pattern: Pattern): readonly Child[] {
  const scalable = scalableRunner(pattern);
  const { part } = scalable;
  const used = usedBackends(stack, pattern);
  const sqlitePath = sqlitePathOf(pattern);
  const bindings = bindingsOf(pattern, used, sqlitePath);
  const file = runnerFile({
    cluster: stack.name,
    pattern,
    bindings,
    sqlitePath,
    subjectPrefix: stack.tenant === undefined ? "" : subjectPrefix(stack.tenant),
  });
  const runner: Runner = { stack, pattern, scalable, used, file, claim: claimOf(pattern) };
  return [
    ...secretOf(runner),
    ...workloadOf(runner),
    // Headless, since a runner need not listen at all; its ports may come and go, which a cluster IP would not survive.
    service(stack, part, { headless: true, ports: pattern.ports ?? [] }),
    ...autoscalerChildren(stack, scalable),
    ...disruptionBudget(stack, part, leastReplicas(scalable)),
    ...policyOf(runner),
  ];
}

/** Path of the SQLite file, on the pattern's volume where it has one. */
function sqlitePathOf(pattern: Pattern): string {
  return `${DATA_PATH}/${pattern.name}.db`;
}

function usesSqlite({ backends, storage }: Pattern): boolean {
  return storage?.type === "sqlite" || (backends ?? []).some(({ name }) => name === "sqlite");
}

/** State in a PostgreSQL database needs no volume. */
function claimOf({ storage }: Pattern): Claim | undefined {
  if (storage === undefined || storage.type === "postgres") return undefined;
  return { name: "data", size: storage.size ?? "1Gi", storageClassName: storage.storageClassName };
}

/** File and connection variables that only this runner may read, under names that cannot clash. */
function secretData({ file, used, pattern }: Runner): Readonly<Record<string, string>> {
  const own = used.filter(({ secretName }) => secretName === runnerSecretName(pattern));
  return Object.assign(
    {},
    file === undefined ? {} : { [file.name]: file.text },
    ...own.map(({ connection }) => connection.secret),
  );
}

function secretOf(runner: Runner): readonly Child[] {
  const { stack, pattern, scalable, used } = runner;
  const data = secretData(runner);
  const incomplete = used.some(({ connection }) => connection.missing !== undefined);
  if (incomplete) return [];
  const file =
    Object.keys(data).length === 0
      ? []
      : [secret(stack, scalable.part, runnerSecretName(pattern), data)];
  return [...file, ...tenantSecrets(runner)];
}

/** A tenant's logins, each in a Secret of its own: the cluster's are not for it. */
function tenantSecrets({ stack, scalable, used }: Runner): readonly Child[] {
  if (stack.tenant === undefined) return [];
  return used
    .filter(({ connection }) => Object.keys(connection.secret).length > 0)
    .map((one) => secret(stack, scalable.part, one.secretName, one.connection.secret));
}

function workloadOf(runner: Runner): readonly Child[] {
  const { stack, scalable, claim } = runner;
  const { part } = scalable;
  const replicas = ownReplicas(stack, scalable);
  const pod = podOf(runner);
  if (scalable.kind === "StatefulSet") {
    const management = "OrderedReady";
    return [statefulSet(stack, part, { replicas, serviceName: part.name, management, claim, pod })];
  }
  if (claim === undefined) return [deployment(stack, part, { replicas, pod })];
  return [
    volumeClaim(stack, part, claim),
    deployment(stack, part, { replicas, recreate: true, pod }),
  ];
}

function podOf(runner: Runner): PodPlan {
  const { stack, pattern, scalable, used, file } = runner;
  const { args = file?.flag ? [`-config=${CONFIG_PATH}/${file.name}`] : undefined } = pattern;
  return {
    containers: [
      {
        name: scalable.part.program,
        image: runnerImage(stack, pattern),
        env: envOf(runner),
        ports: pattern.ports ?? [],
        ...(args === undefined ? {} : { args }),
        // Known runners listen on no port, so there is nothing to ask unless the user says what (prism-facts, section 0).
        ...(pattern.probes === undefined ? {} : { probes: pattern.probes }),
        ...(pattern.resources === undefined ? {} : { resources: pattern.resources }),
      },
    ],
    init: provisioning(stack, used),
    mounts: mountsOf(runner),
    user: NONROOT,
    graceSeconds: GRACE_SECONDS,
    ...(pattern.pod === undefined ? {} : { options: pattern.pod }),
    uses: { files: usedFiles(runner), keys: keysOf(pattern) },
  };
}

function usedFiles(runner: Runner): Readonly<Record<string, string>> {
  const connections = runner.used.map(({ connection }) => [
    `connection ${connection.backend.name}`,
    JSON.stringify(connectionValues(connection)),
  ]);
  return { ...secretData(runner), ...Object.fromEntries(connections) };
}

/** Keys that the user's own variables come from. */
function keysOf(pattern: Pattern): readonly KeyRef[] {
  return (pattern.env ?? []).flatMap(({ valueFrom = {} }): KeyRef[] => {
    const { secretKeyRef, configMapKeyRef } = valueFrom;
    if (secretKeyRef) return [{ kind: "Secret", name: secretKeyRef.name, key: secretKeyRef.key }];
    if (!configMapKeyRef) return [];
    return [{ kind: "ConfigMap", name: configMapKeyRef.name, key: configMapKeyRef.key }];
  });
}

/** The user's variables come last and replace ours of the same name. */
function envOf({ stack, pattern, used, file }: Runner): readonly EnvVar[] {
  const ours = [
    ...used.flatMap((one) => connectionEnv(one.connection, one.unprefixed, one.secretName)),
    ...(usesSqlite(pattern) ? [{ name: "SQLITE_PATH", value: sqlitePathOf(pattern) }] : []),
    ...(file === undefined ? [] : [{ name: "PRISM_CONFIG", value: `${CONFIG_PATH}/${file.name}` }]),
    ...tenantEnv(stack),
  ];
  const theirs = pattern.env ?? [];
  const replaced = new Set(theirs.map(({ name }) => name));
  return [...ours.filter(({ name }) => !replaced.has(name)), ...theirs];
}

function mountsOf({ stack, pattern, scalable, file, claim }: Runner): readonly Mount[] {
  const own =
    file === undefined ? [] : [secretMount("config", CONFIG_PATH, runnerSecretName(pattern))];
  // A tenant's runner serves one tenant and is told of no other.
  const mounts = stack.tenant === undefined ? [...own, tenantsMount] : own;
  if (claim === undefined) {
    return usesSqlite(pattern) ? [...mounts, scratchMount("data", DATA_PATH)] : mounts;
  }
  const claimName = `data-${scalable.part.name}`;
  const source =
    scalable.kind === "StatefulSet" ? "claim" : { persistentVolumeClaim: { claimName } };
  return [...mounts, { name: "data", path: DATA_PATH, source }];
}

/** Whom a tenant's runner serves, and how much. */
function tenantEnv({ tenant }: Stack): readonly EnvVar[] {
  if (tenant === undefined) return [];
  const { maxSessions, maxRequestsPerSecond } = tenant.quota;
  const values = {
    PRISM_NAMESPACE: tenant.name,
    PRISM_MAX_SESSIONS: maxSessions,
    PRISM_MAX_REQUESTS_PER_SECOND: maxRequestsPerSecond,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }],
  );
}

function policyOf(runner: Runner): readonly Child[] {
  const { stack, pattern, scalable, used } = runner;
  if (stack.tenant !== undefined) return [tenantPolicy(stack, scalable.part, pattern, used)];
  const ports = (pattern.ports ?? []).map(({ port, protocol = "TCP" }) => ({ port, protocol }));
  const metrics = (pattern.ports ?? []).filter(({ name }) => name === "metrics");
  return networkPolicy(stack, scalable.part, [
    { from: ports.length > 0 ? [PROXY.name, ADMIN.name] : [], runners: true, ports },
    ...(metrics.length > 0
      ? [{ from: "everybody" as const, ports: metrics.map(({ port }) => port) }]
      : []),
  ]);
}
