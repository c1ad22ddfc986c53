import type { MemberConnection, MemberRight } from "./member-port.ts";
import type { MemberTask } from "./member-task.ts";

const CLUSTERS = { group: "prism.io", resource: "prismclusters" };

/** What a member's user needs to be allowed for a task. */
export function rightsFor(
  { aim, plan }: MemberTask,
  readsAddresses: boolean,
): readonly MemberRight[] {
  const verbs: Readonly<Record<typeof aim.kind, readonly string[]>> = {
    apply: ["get", "create", "patch", "delete"],
    watch: [aim.kind === "watch" && aim.name === undefined ? "list" : "get"],
    delete: ["get", "delete"],
    release: ["get", "patch"],
  };
  const own = verbs[aim.kind].map((verb) => ({ verb, ...CLUSTERS }));
  if (!readsAddresses || plan === undefined) return own;
  return [
    ...own,
    { verb: "get", group: "", resource: "services" },
    { verb: "get", group: "networking.k8s.io", resource: "ingresses" },
  ];
}

/**
 * Which of the rights a member does not give, in one line for people (authorization.k8s.io/v1
 * SelfSubjectAccessReview, which everybody may ask for); undefined when it gives all of them or does not say.
 */
export async function missingRights(
  connection: MemberConnection,
  rights: readonly MemberRight[],
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answers = await Promise.all(
    rights.map((right) => connection.may(right, namespace, signal)),
  );
  const missing = rights.filter((_, index) => answers[index] === false);
  if (missing.length === 0) return undefined;
  const byResource = Map.groupBy(missing, ({ group, resource }) =>
    group === "" ? resource : `${resource}.${group}`,
  );
  const parts = [...byResource].map(([resource, some]) => {
    return `${some.map(({ verb }) => verb).join(", ")} ${resource}`;
  });
  return `the credentials may not ${parts.join("; ")} in namespace ${namespace}`;
}
