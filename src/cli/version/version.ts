/** `prismctl version`: of the client always, of the server when it can be asked. */
import { KINDS } from "../../domain/registry.ts";
import { skewOf } from "../check/operator-findings.ts";
import { openWorld } from "../cluster/open-world.ts";
import { operatorState } from "../cluster/operator-state.ts";
import { prismctlVersion } from "../cluster/version.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Paint } from "../frame/paint.ts";
import type { Session } from "../frame/session.ts";
import type { versionOptions } from "./command.ts";

/** The answer. */
export interface VersionReport {
  readonly client: { readonly version: string; readonly apiVersions: readonly string[] };
  readonly operator?: {
    readonly version: string;
    readonly state: string;
    readonly namespace: string;
  };
  readonly kubernetes?: { readonly version: string };
  readonly warnings: readonly string[];
}

type Options = typeof versionOptions;

async function run({ options }: Input<Options>, session: Session<VersionReport>): Promise<Exit> {
  const client = {
    version: prismctlVersion(),
    apiVersions: KINDS.flatMap(({ group, kind, versions }) =>
      versions.map((version) => `${group}/${version} ${kind}`),
    ),
  };
  if (options.client) {
    await session.show({ client, warnings: [] });
    return "done";
  }
  try {
    const { world } = await openWorld(options, session);
    const { version = "", state, namespace = "" } = operatorState(world, options.operatorNamespace);
    const warnings = warningsOf(client.version, version, state);
    const kubernetes = { version: world.serverVersion ?? "" };
    await session.show({ client, operator: { version, state, namespace }, kubernetes, warnings });
    return "done";
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    await session.show({ client, warnings: [error.message] });
    return error.exit;
  }
}

function warningsOf(client: string, operator: string, state: string): readonly string[] {
  if (operator === "") {
    return [state === "unknown" ? "the operator may not be looked at" : "no operator was found"];
  }
  const skew = skewOf(client, operator);
  if (skew === "same") return [];
  return [
    `prismctl ${client} and the operator ${operator} are ${skew}: what they say of defaults and rules may differ; use the prismctl of the operator's release`,
  ];
}

function text({ client, operator, kubernetes, warnings }: VersionReport, paint: Paint): string {
  const lines = [
    `prismctl    ${client.version}`,
    ...(operator === undefined
      ? []
      : [`operator    ${operator.version || "?"} (${operator.state})`]),
    ...(kubernetes === undefined ? [] : [`Kubernetes  ${kubernetes.version || "?"}`]),
    ...warnings.map((one) => paint("yellow", `warning: ${one}`)),
  ];
  return `${lines.join("\n")}\n`;
}

/** The code of the command. */
export const body: CommandBody<Options, VersionReport> = { run, printers: { text } };
