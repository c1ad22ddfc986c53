import { getBorderCharacters, table } from "table";
import type { ClusterView } from "./cluster-view.ts";
import { rowsOf } from "./cluster-view.ts";

/** Draws the status over and over: in place on a terminal, once a change elsewhere. */
export interface LiveTable {
  draw(view: ClusterView | undefined): void;
}

function render(view: ClusterView | undefined, elapsedMs: number): string {
  const rows = view === undefined ? [] : rowsOf(view);
  const phase = view?.status?.phase ?? "-";
  const body = table(
    [
      ["COMPONENT", "READY", "AVAILABLE", "MESSAGE"],
      ...rows.map((row) => [
        row.name,
        row.ready ? "yes" : "no",
        `${row.availableReplicas}/${row.replicas}`,
        (row.message ?? "").slice(0, 60),
      ]),
    ],
    {
      border: getBorderCharacters("void"),
      columnDefault: { paddingLeft: 0, paddingRight: 3 },
      drawHorizontalLine: () => false,
    },
  );
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `${body}phase ${phase}, ready ${view?.status?.readyComponents ?? "-"}, ${seconds} s\n`;
}

/** A table whose clock began at `startedMs` (performance.now). */
export function createLiveTable(out: NodeJS.WriteStream, startedMs: number): LiveTable {
  let drawnLines = 0;
  let last = "";
  return {
    draw(view) {
      const text = render(view, performance.now() - startedMs);
      const content = text.replace(/, [\d.]+ s\n$/, "");
      if (out.isTTY) {
        if (drawnLines > 0) out.write(`\u001b[${drawnLines}A\u001b[0J`);
        out.write(text);
        drawnLines = text.split("\n").length - 1;
      } else if (content !== last) {
        out.write(`${text}\n`);
      }
      last = content;
    },
  };
}
