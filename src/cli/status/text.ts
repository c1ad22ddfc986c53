import { age } from "../cluster/duration.ts";
import type { Paint, PaintFormat } from "../frame/paint.ts";
import type { NodeHealth, StatusNode, StatusReport } from "./tree.ts";

const MARKS: Readonly<Record<NodeHealth, { readonly word: string; readonly format: PaintFormat }>> =
  {
    ready: { word: "ready", format: "green" },
    notReady: { word: "NOT READY", format: "red" },
    paused: { word: "paused", format: "yellow" },
    deleting: { word: "deleting", format: "yellow" },
    unknown: { word: "unknown", format: "yellow" },
    idle: { word: "", format: "dim" },
  };

/** A row before it is laid out: the tree part has no colour, so that columns can be measured. */
interface Row {
  readonly tree: string;
  /** What stands before the lines that belong to the row. */
  readonly below: string;
  readonly node: StatusNode;
}

/** The tree with columns; below each line that is not well its reason, message and events. */
export function statusText(report: StatusReport, paint: Paint): string {
  const { operator, hindrances, objects, gaps, takenAt } = report;
  const version = operator.version === "" ? "" : ` ${operator.version}`;
  const word =
    operator.state === "leading" ? paint("green", operator.state) : paint("red", operator.state);
  const head = `Operator${version}: ${word}: ${operator.message}`;
  const held = hindrances.flatMap(({ subject, reason, message, fix }) => [
    `${paint("red", "!")} ${subject}: ${reason}: ${message}`,
    ...(fix === undefined ? [] : [`  fix: ${fix}`]),
  ]);
  const rows = objects.flatMap((node) => rowsOf(node, "", ""));
  const width = Math.max(4, ...rows.map(({ tree }) => tree.length));
  const body = rows.flatMap((row) => lines(row, width, takenAt, paint));
  const none = objects.length === 0 ? ["no prism.io object is there"] : [];
  const unseen = gaps.map(({ collector, message }) =>
    paint("dim", `not read: ${collector}: ${message}`),
  );
  return `${[head, ...held, "", ...none, ...body, ...unseen].join("\n")}\n`;
}

function rowsOf(node: StatusNode, prefix: string, inner: string): Row[] {
  const title =
    prefix === "" ? `${node.kind} ${node.namespace}/${node.name}` : `${node.kind} ${node.name}`;
  const shown = node.children.filter(isShown);
  const below = `${inner}${shown.length > 0 ? "│" : " "}  `;
  const children = shown.flatMap((child, index) => {
    const isLast = index === shown.length - 1;
    return rowsOf(child, `${inner}${isLast ? "└─ " : "├─ "}`, `${inner}${isLast ? "   " : "│  "}`);
  });
  return [{ tree: `${prefix}${title}`, below, node }, ...children];
}

/** Services and the like are told only when something happened to them; JSON has them all. */
function isShown({ health, events }: StatusNode): boolean {
  return health !== "idle" || events.length > 0;
}

function lines({ tree, below, node }: Row, width: number, takenAt: string, paint: Paint): string[] {
  const { word, format } = MARKS[node.health];
  const old = node.createdAt === "" ? "" : age(node.createdAt, takenAt);
  const columns = [tree.padEnd(width), paint(format, word.padEnd(9)), node.count.padEnd(6), old];
  // What is well has no need of the warnings on its way there; JSON has them.
  const isWell = node.health === "ready";
  const why = [node.reason, node.message].filter((one) => one !== "").join(": ");
  const isToldBelow = node.children.some(
    ({ message }) => message !== "" && message === node.message,
  );
  const isSilent = isWell || node.health === "idle" || why === "" || isToldBelow;
  const told = isSilent ? [] : [paint("yellow", why)];
  const events = isWell ? [] : node.events.filter(({ type }) => type === "Warning");
  return [
    columns.join("  ").trimEnd(),
    ...told.map((one) => `${below}${one}`),
    ...events.map(({ reason, message, at, count }) => {
      const times = count > 1 ? ` (${count} times)` : "";
      return `${below}event ${age(at, takenAt)} ago: ${reason}: ${message}${times}`;
    }),
  ];
}
