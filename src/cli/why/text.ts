import type { Paint } from "../frame/paint.ts";
import type { Cause } from "./cause.ts";
import type { WhyReport } from "./why.ts";

/** The chain as a tree: each line follows from those below it. */
export function whyText(
  { kind, name, namespace, state, causes, notRead }: WhyReport,
  paint: Paint,
): string {
  const where = namespace === "" ? name : `${namespace}/${name}`;
  const head = paint("bold", `${kind} ${where} ${state}`);
  const tree = treeLines(causes, "", paint);
  const unseen = notRead.map((one) => paint("dim", `not read: ${one}`));
  return `${[head, ...tree, ...unseen].join("\n")}\n`;
}

function treeLines(causes: readonly Cause[], indent: string, paint: Paint): string[] {
  return causes.flatMap((cause, index) => {
    const isLast = index === causes.length - 1;
    const inner = `${indent}${isLast ? "   " : "│  "}`;
    const { subject, reason, message, field, fix, because } = cause;
    const below = [
      ...(field === undefined ? [] : [`${inner}at: ${paint("cyan", field)}`]),
      ...(fix === undefined ? [] : [`${inner}fix: ${paint("green", fix)}`]),
    ];
    return [
      `${indent}${isLast ? "└─ " : "├─ "}${subject}: ${paint("yellow", reason)}: ${message}`,
      ...below,
      ...treeLines(because, inner, paint),
    ];
  });
}
