/** The export as a manifest that kubectl applies as it is: notes are comments. */
import { yamlText } from "../manifest/yaml-text.ts";
import type { ExportReport } from "./export.ts";
import type { Note, NoteKind } from "./note.ts";

const TITLES: Readonly<Record<NoteKind, string>> = {
  before: "To do before kubectl apply",
  notExpressed: "Not expressed: in force only while the pods run as they were found",
  after: "To do or to know after it",
  unmanaged: "Beside it, untouched",
};
const ORDER: readonly NoteKind[] = ["before", "notExpressed", "after", "unmanaged"];

/** One YAML document with a head of comments. */
export function manifestPage({
  prismCluster,
  notes,
  taken,
  source,
  takenAt,
}: ExportReport): string {
  const head = [
    `# PrismCluster for namespace ${prismCluster.metadata.namespace} of ${source}, read ${takenAt} by prismctl kubernetes export.`,
    `# It takes over ${taken.length === 0 ? "nothing" : taken.join(", ")}.`,
    "# Their pods go on as they run; a template that differs changes only when its part of the spec does, or with the annotation prism.io/rollout: now.",
  ];
  const sections = ORDER.flatMap((kind) =>
    section(
      kind,
      notes.filter((one) => one.kind === kind),
    ),
  );
  return `${[...head.map(oneLine), ...sections].join("\n")}\n${yamlText(prismCluster)}`;
}

function section(kind: NoteKind, notes: readonly Note[]): readonly string[] {
  if (notes.length === 0) return [];
  return ["#", `# ${TITLES[kind]}:`, ...notes.flatMap(noteLines)];
}

function noteLines({ subject, field, message, advice }: Note): readonly string[] {
  const where = field === undefined ? "" : ` [${field}]`;
  return [
    `# - ${oneLine(subject)}${where}: ${oneLine(message)}`,
    ...(advice === undefined ? [] : [`#     ${oneLine(advice)}`]),
  ];
}

/** Names come from a cluster: none may end the comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, " ");
}
