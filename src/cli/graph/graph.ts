/** `prismctl graph`: components and connections of the objects in files. */
import { Readable } from "node:stream";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import {
  familyOf,
  type GatheredObject,
  type Gathering,
  gather,
  refusalLines,
} from "../manifest/gathering.ts";
import { isFederation } from "../render/federation.ts";
import { type RenderedChild, renderHub } from "../render/rendering.ts";
import { type RenderSettings, settingsOf } from "../render/settings.ts";
import type { graphOptions } from "./command.ts";
import { dotText, listText, mermaidText } from "./draw.ts";
import { withFederations } from "./federation.ts";
import { type Graph, graphOf } from "./model.ts";

type Options = typeof graphOptions;

/** A graph for each namespace. */
export interface Graphs {
  readonly graphs: readonly Graph[];
}

async function run(input: Input<Options>, session: Session<Graphs>): Promise<Exit> {
  const settings = settingsOf(input.options);
  const files = await filesOf(input, session, settings.namespace);
  const refusals = files.own.flatMap(({ source }) => refusalLines(source));
  for (const line of refusals) session.say(line);
  if (refusals.length > 0) return "refused";
  const byNamespace = Map.groupBy(files.own, ({ namespace }) => namespace);
  const graphs = [...byNamespace.values()].map((own) =>
    withFederations(
      graphOf(
        own.map(({ source }) => source.title),
        own.flatMap((one) => childrenOf(one, files, settings)),
      ),
      own.map(({ hub }) => hub).filter(isFederation),
    ),
  );
  await session.show({ graphs });
  return "done";
}

/** Files, or the objects of a report as if they stood in one. */
async function filesOf(
  { arguments: names, options }: Input<Options>,
  session: Session<Graphs>,
  namespace: string,
): Promise<Gathering> {
  if ((options.from === undefined) === (names.length === 0)) {
    throw new CommandFailed("name files to draw, or a report with --from", { exit: "usage" });
  }
  if (options.from === undefined) return gather(names, session.stdin, namespace);
  const { readReport } = await import("../report/bundle.ts");
  const { objects } = await readReport(options.from);
  const items = objects.filter(({ apiVersion }) => apiVersion.startsWith("prism.io/"));
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  return gather(["-"], Readable.from([list]), namespace);
}

function childrenOf(
  { source, hub }: GatheredObject,
  files: Gathering,
  settings: RenderSettings,
): readonly RenderedChild[] {
  const surroundings = { settings, objects: files.others, family: familyOf(files) };
  const outcome = renderHub(source.own, hub, surroundings);
  return outcome.kind === "rendered" ? outcome.rendering.children : [];
}

/** Graphviz is two megabytes: it is loaded for this form only. */
async function svgText({ graphs }: Graphs): Promise<string> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  return graphviz.dot(dotText(graphs), "svg");
}

/** The code of the command. */
export const body: CommandBody<Options, Graphs> = {
  run,
  printers: {
    text: ({ graphs }, paint) => listText(graphs, paint),
    mermaid: ({ graphs }) => mermaidText(graphs),
    dot: ({ graphs }) => dotText(graphs),
    svg: svgText,
  },
};
