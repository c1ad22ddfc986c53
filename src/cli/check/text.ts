import type { Paint, PaintFormat } from "../frame/paint.ts";
import type { CheckReport } from "./check.ts";
import { AREAS, type Finding, type Outcome } from "./finding.ts";

const TITLES: Readonly<Record<(typeof AREAS)[number], string>> = {
  kubernetes: "Kubernetes",
  rights: "Your rights",
  crds: "CRDs",
  webhooks: "Webhooks",
  certificates: "Certificates",
  operator: "Operator",
  versions: "Versions",
  objects: "Objects",
};
const MARKS: Readonly<Record<Outcome, { readonly mark: string; readonly format: PaintFormat }>> = {
  pass: { mark: "ok  ", format: "green" },
  warn: { mark: "warn", format: "yellow" },
  fail: { mark: "FAIL", format: "red" },
  unknown: { mark: "?   ", format: "cyan" },
};

/** One line a finding under its area, the fix below it, and a summary. */
export function checkText({ findings, gaps, isWell, source }: CheckReport, paint: Paint): string {
  const areas = AREAS.flatMap((area) => {
    const own = findings.filter((one) => one.area === area);
    if (own.length === 0) return [];
    return [paint("bold", TITLES[area]), ...own.flatMap((one) => lines(one, paint))];
  });
  const unseen = gaps.map(({ collector, message }) => `not read: ${collector}: ${message}`);
  const failed = findings.filter(({ outcome }) => outcome === "fail").length;
  const warned = findings.filter(({ outcome }) => outcome === "warn").length;
  const verdict = isWell ? paint("green", "well") : paint("red", `${failed} to mend`);
  const also = warned === 0 ? "" : `, ${warned} to look at`;
  return `${[...areas, ...unseen, `${source}: ${verdict}${also}`].join("\n")}\n`;
}

function lines({ outcome, subject, reason, message, fix }: Finding, paint: Paint): string[] {
  const { mark, format } = MARKS[outcome];
  const word = reason === "" ? "" : `${reason}: `;
  const first = `  ${paint(format, mark)}  ${subject}: ${word}${message}`;
  return fix === undefined ? [first] : [first, `        fix: ${fix}`];
}
