/** Questions that make the API server and our webhooks answer anew; nothing of them is stored. */
import type { ApiResult } from "../../controller/api-result.ts";
import { apiVersionOf, type Resource } from "../../controller/resource.ts";
import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { KINDS } from "../../domain/registry.ts";
import { collectionPath, objectPath } from "../../kube/resource-path.ts";
import { type ClusterReader, describeFailure } from "./reader.ts";
import type { DryRun, Right } from "./world.ts";

/** A right that a command needs. */
export interface WantedRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

/** Name of the object that is asked for and never made. */
const PROBE_NAME = "prismctl-check";

/** Asks for an object of each of our kinds in each version: through conversion, /mutate and /validate. */
export async function dryRuns(
  reader: ClusterReader,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly DryRun[]> {
  const wanted = KINDS.flatMap(({ group, kind, plural, versions }) =>
    versions.map((version): Resource => ({ group, version, plural, kind })),
  );
  return Promise.all(wanted.map((resource) => dryRun(reader, resource, namespace, signal)));
}

async function dryRun(
  reader: ClusterReader,
  resource: Resource,
  namespace: string,
  signal: AbortSignal,
): Promise<DryRun> {
  const apiVersion = apiVersionOf(resource);
  const body = JSON.stringify({
    apiVersion,
    kind: resource.kind,
    metadata: { name: PROBE_NAME, namespace },
    spec: {},
  });
  const path = `${collectionPath(resource, namespace)}?dryRun=All`;
  const answer = await reader.call({ method: "POST", path, body, wantsCauses: true }, signal);
  return dryRunOf(`${apiVersion} ${resource.kind}`, answer);
}

/**
 * Sends an object as it is and stores nothing: what a real `kubectl apply` of it would be told. One that is there is
 * changed by a merge patch, which is judged by schema and webhooks; server-side apply stops at the first wrong type.
 */
export async function dryApply(
  reader: ClusterReader,
  resource: Resource,
  object: KubeObject,
  signal: AbortSignal,
): Promise<{ readonly dryRun: DryRun; readonly value: unknown }> {
  const subject = `${object.apiVersion} ${object.kind} ${object.metadata.name}`;
  const { namespace } = object.metadata;
  const body = JSON.stringify(object);
  const query = "?dryRun=All&fieldManager=prismctl";
  const create = {
    method: "POST",
    path: `${collectionPath(resource, namespace)}${query}`,
  } as const;
  const created = await reader.call({ ...create, body, wantsCauses: true }, signal);
  if (created.ok || created.failure.reason !== "AlreadyExists") {
    return { dryRun: dryRunOf(subject, created), value: created.ok ? created.value : undefined };
  }
  const path = `${objectPath(resource, object.metadata)}${query}`;
  const contentType = "application/merge-patch+json";
  const patch = { method: "PATCH", path, body, contentType, wantsCauses: true } as const;
  const changed = await reader.call(patch, signal);
  return { dryRun: dryRunOf(subject, changed), value: changed.ok ? changed.value : undefined };
}

/** Writes a stored object back unchanged, and stores nothing: would a change of it come through? */
export async function dryTouch(
  reader: ClusterReader,
  resource: Resource,
  object: KubeObject,
  signal: AbortSignal,
): Promise<DryRun> {
  const path = `${objectPath(resource, object.metadata)}?dryRun=All&fieldManager=prismctl`;
  const contentType = "application/merge-patch+json";
  const call = { method: "PATCH", path, body: "{}", contentType, wantsCauses: true } as const;
  return dryRunOf(`${object.kind} ${object.metadata.name}`, await reader.call(call, signal));
}

function dryRunOf(subject: string, answer: ApiResult<unknown>): DryRun {
  if (answer.ok) return { subject, code: 200, message: "" };
  const { code, causes = [] } = answer.failure;
  const fields = causes.filter(({ field }) => field !== "");
  // What failed outside of the object, such as a webhook that cannot be called, is one cause without a field.
  const [outside] = causes.filter(({ field }) => field === "");
  const message = outside?.message ?? describeFailure(answer.failure);
  return { subject, code, message, ...(fields.length === 0 ? {} : { causes: fields }) };
}

/** Asks what the user of this command may do. */
export async function rights(
  reader: ClusterReader,
  namespace: string,
  wanted: readonly WantedRight[],
  signal: AbortSignal,
): Promise<{ readonly rights: readonly Right[]; readonly failure?: string }> {
  const answers = await Promise.all(
    wanted.map(async ({ verb, group, resource, subresource }) => {
      const resourceAttributes = { namespace, verb, group, resource, subresource };
      const body = JSON.stringify({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      });
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      const answer = await reader.call({ method: "POST", path, body }, signal);
      if (!answer.ok) return describeFailure(answer.failure);
      const name = group === "" ? resource : `${resource}.${group}`;
      return {
        verb,
        resource: subresource === undefined ? name : `${name}/${subresource}`,
        namespace,
        isAllowed: isAllowed(answer.value),
      };
    }),
  );
  const failure = answers.find((answer) => typeof answer === "string");
  const known = answers.filter((answer) => typeof answer !== "string");
  return failure === undefined ? { rights: known } : { rights: known, failure };
}

function isAllowed(review: unknown): boolean {
  const status =
    typeof review === "object" && review !== null && "status" in review ? review.status : {};
  return typeof status === "object" && status !== null && "allowed" in status
    ? status.allowed === true
    : false;
}

/** The user name that the API server knows the caller by; for a pause's `by`. */
export async function ownName(
  reader: ClusterReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await reader.call(
    {
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
    },
    signal,
  );
  return answer.ok ? textAt(answer.value, "status", "userInfo", "username") : undefined;
}
