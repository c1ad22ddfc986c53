/** `prismctl render`: what the operator makes of files, without a cluster. */
import type { GeneratedSecret } from "../../domain/child.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import type { Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import {
  familyOf,
  type GatheredObject,
  type Gathering,
  gather,
  refusalLines,
} from "../manifest/gathering.ts";
import { yamlText } from "../manifest/yaml-text.ts";
import type { renderOptions } from "./command.ts";
import { type FederationRendering, memberComment, type RenderedMember } from "./federation.ts";
import { type Rendering, renderHub } from "./rendering.ts";
import { settingsOf } from "./settings.ts";

type Options = typeof renderOptions;

/** One child in its stage. */
export interface StagedName {
  readonly stage: string;
  readonly kind: string;
  readonly name: string;
}

/** What kubectl reads as a list, with what is to be said of each object that was rendered. */
export interface RenderedList {
  readonly apiVersion: "v1";
  readonly kind: "List";
  readonly items: readonly KubeObject[];
  readonly objects: readonly {
    readonly object: string;
    readonly namespace: string;
    readonly stages: readonly StagedName[];
    /** Secrets that the operator makes first, with how each key is made. */
    readonly generated: readonly {
      readonly name: string;
      readonly keys: GeneratedSecret["keys"];
    }[];
    /** Of a federation: what goes to other clusters, and so is none of the items. */
    readonly members?: readonly RenderedMember[];
    readonly notes: readonly string[];
  }[];
}

async function run(input: Input<Options>, session: Session<RenderedList>): Promise<Exit> {
  const settings = settingsOf(input.options);
  const files = await gather(
    input.arguments,
    session.stdin,
    settings.namespace,
    session.environment,
  );
  const refusals = files.own.flatMap(({ source }) => refusalLines(source));
  for (const line of refusals) session.say(line);
  if (refusals.length > 0) return "refused";
  const rendered = files.own.map((one) => renderOne(one, files, settings));
  for (const note of rendered.flatMap(({ entry }) => entry.notes)) session.say(note);
  await session.show({
    apiVersion: "v1",
    kind: "List",
    items: rendered.flatMap(({ items }) => items),
    objects: rendered.map(({ entry }) => entry),
  });
  return "done";
}

interface One {
  readonly items: readonly KubeObject[];
  readonly entry: RenderedList["objects"][number];
}

function renderOne(
  { source, hub, namespace }: GatheredObject,
  files: Gathering,
  settings: ReturnType<typeof settingsOf>,
): One {
  const outcome = renderHub(source.own, hub, {
    settings,
    objects: files.others,
    family: familyOf(files),
  });
  const object = source.title;
  if (outcome.kind === "federation") return federationOf(outcome.rendering, object, namespace);
  const { children, generated, notes }: Rendering =
    outcome.kind === "rendered" ? outcome.rendering : EMPTY;
  const stages = children.map(({ child, object: { kind, metadata } }) => ({
    stage: child.stage,
    kind,
    name: metadata.name,
  }));
  const secrets = generated.map(({ name, keys }) => ({ name, keys }));
  return {
    items: children.map((child) => child.object),
    entry: { object, namespace, stages, generated: secrets, notes },
  };
}

function federationOf(
  { routing, members, notes }: FederationRendering,
  object: string,
  namespace: string,
): One {
  const stages = routing.map(({ kind, metadata: { name } }) => ({ stage: "routing", kind, name }));
  return { items: routing, entry: { object, namespace, stages, generated: [], members, notes } };
}

const EMPTY: Rendering = {
  children: [],
  generated: [],
  notes: ["has no children in this cluster"],
};

function textOf({ items, objects }: RenderedList): string {
  const rest = items.values();
  const parts = objects.flatMap(({ object, stages, generated, members = [] }) => [
    [`# ${object}\n`, ...generated.map(generatedLine), ...members.map(memberComment)].join(""),
    ...stages.map(({ stage }) => `# stage: ${stage}\n${yamlText(rest.next().value)}`),
  ]);
  return parts.join("---\n");
}

function generatedLine({ name, keys }: RenderedList["objects"][number]["generated"][number]) {
  const made = Object.entries(keys).map(([key, how]) =>
    how.make === "fixed" ? `${key}: ${how.value}` : `${key}: random`,
  );
  return `# Secret ${name}, made by the operator and kept (${made.join(", ")})\n`;
}

/** The code of the command. */
export const body: CommandBody<Options, RenderedList> = { run, printers: { text: textOf } };
