import type { EnvVar } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import { configMap, secret } from "./config-data.ts";
import { type Connection, connectionName } from "./connection.ts";
import type { Part } from "./part.ts";
import type { Stack } from "./stack.ts";

/**
 * ConfigMap and Secret `<name>-connection`, for runners and for other applications of the namespace.
 * The Secret holds finished URLs: Kubernetes' own `$(VAR)` expansion cannot percent-encode a password.
 */
export function connectionChildren(
  stack: Stack,
  part: Part,
  connection: Connection,
): readonly Child[] {
  const name = connectionName(connection.backend.name);
  const children = [configMap(stack, part, name, connection.plain)];
  const complete = connection.missing === undefined && Object.keys(connection.secret).length > 0;
  return complete ? [...children, secret(stack, part, name, connection.secret)] : children;
}

/**
 * Environment of a connection: plain values as they are, credentials by reference to a Secret whose keys are the
 * variables' names. A backend of another name than its type gives the variables of its type only where `unprefixed`,
 * and always the same with its name in front.
 */
export function connectionEnv(
  connection: Connection,
  unprefixed: boolean,
  secretName = connectionName(connection.backend.name),
): readonly EnvVar[] {
  const { backend, plain, secret: secrets } = connection;
  const own = `${backend.name.toUpperCase().replaceAll("-", "_")}_`;
  const prefixes = backend.name === backend.type ? [""] : unprefixed ? ["", own] : [own];
  return prefixes.flatMap((prefix) =>
    Object.entries({ ...plain, ...secrets }).map(
      ([name, value]): EnvVar =>
        name in secrets
          ? { name: prefix + name, valueFrom: { secretKeyRef: { name: secretName, key: name } } }
          : { name: prefix + name, value },
    ),
  );
}
