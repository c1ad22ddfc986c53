/** A member of a federation in a test: a namespace of a real API server behind a fault proxy, with a user of its own. */
import { stringify } from "yaml";
import type { ApiClient } from "../../tools/control-plane/api-client.ts";
import { textAt } from "../../tools/control-plane/json-value.ts";
import type { Connection } from "../../tools/control-plane/plan.ts";
import { FaultProxy } from "../../tools/fault-proxy/fault-proxy.ts";

/** What docs/federation.md tells a member to give. */
export const MEMBER_RULES = [
  {
    apiGroups: ["prism.io"],
    resources: ["prismclusters"],
    verbs: ["get", "list", "create", "patch", "delete"],
  },
  { apiGroups: [""], resources: ["services"], verbs: ["get"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["get"] },
];

export class FederationMember {
  readonly name: string;
  readonly namespace: string;
  readonly proxy: FaultProxy;
  readonly #client: ApiClient;

  private constructor(name: string, namespace: string, proxy: FaultProxy, client: ApiClient) {
    this.name = name;
    this.namespace = namespace;
    this.proxy = proxy;
    this.#client = client;
  }

  static async open(
    name: string,
    plane: Connection & { readonly client: ApiClient },
    namespace: string,
  ): Promise<FederationMember> {
    const proxy = await FaultProxy.start(plane);
    const member = new FederationMember(name, namespace, proxy, plane.client);
    await member.grant(MEMBER_RULES);
    return member;
  }

  get endpoint(): string {
    return this.proxy.connection.server;
  }

  /** Gives the members' user these rights, and no others. */
  async grant(rules: readonly object[]): Promise<void> {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "prism-federation" },
      rules,
    };
    await this.#apply("/apis/rbac.authorization.k8s.io/v1", "roles", role);
  }

  /** A kubeconfig of a new user; the one before is gone with its token. */
  async newCredentials(user: string, former?: string): Promise<string> {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: user } };
    await this.#apply("/api/v1", "serviceaccounts", account);
    await this.#apply("/apis/rbac.authorization.k8s.io/v1", "rolebindings", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: user },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "prism-federation" },
      subjects: [{ kind: "ServiceAccount", name: user, namespace: this.namespace }],
    });
    const accounts = `/api/v1/namespaces/${this.namespace}/serviceaccounts`;
    const { body } = await this.#client.request("POST", `${accounts}/${user}/token`, {
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    });
    if (former !== undefined) await this.#client.request("DELETE", `${accounts}/${former}`);
    return this.kubeconfig(textAt(body, "status", "token"));
  }

  kubeconfig(token: string): string {
    const authority = Buffer.from(this.proxy.connection.certificateAuthority).toString("base64");
    return stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "member",
      contexts: [{ name: "member", context: { cluster: "member", user: "member" } }],
      clusters: [
        {
          name: "member",
          cluster: { server: this.endpoint, "certificate-authority-data": authority },
        },
      ],
      users: [{ name: "member", user: { token } }],
    });
  }

  /** Its entry in a federation. */
  entry(more: object = {}): object {
    const { name, endpoint, namespace } = this;
    return { name, endpoint, namespace, credentialsSecretRef: { name }, ...more };
  }

  /** Every call hangs, as if the network swallowed it. */
  hang(): () => void {
    return this.proxy.add({ match: {}, fault: { kind: "delay", ms: 3_600_000 } });
  }

  async #apply(
    api: string,
    plural: string,
    object: { readonly metadata: { readonly name: string }; readonly [field: string]: unknown },
  ): Promise<void> {
    const path = `${api}/namespaces/${this.namespace}/${plural}/${object.metadata.name}`;
    const query = "?fieldManager=test&force=true";
    const { status, body } = await this.#client.request("PATCH", `${path}${query}`, {
      body: object,
      contentType: "application/apply-patch+yaml",
    });
    if (status >= 300) throw new Error(`${path}: ${status} ${textAt(body, "message")}`);
  }
}
