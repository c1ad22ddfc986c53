import type { Child } from "../../child.ts";
import { childOf, type Part } from "./part.ts";
import type { Stack } from "./stack.ts";

/** ServiceAccount of every pod of the deployment: no rights, no token, and apart from `default`, which others may give rights. */
const SERVICE_ACCOUNT = "prism";

/** The part for objects that belong to the deployment as a whole. */
export const SHARED: Part = {
  name: "prism",
  program: "prism",
  stage: "config",
  component: { kind: "shared" },
};

/** The account of a deployment's pods, or of a tenant's. */
export function accountOf({ tenant }: Stack): string {
  return tenant === undefined ? SERVICE_ACCOUNT : `prism-tenant-${tenant.name}`;
}

/** The ServiceAccount itself. */
export function serviceAccount(stack: Stack): Child {
  return childOf(stack, SHARED, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    name: accountOf(stack),
    body: { automountServiceAccountToken: false },
  });
}
