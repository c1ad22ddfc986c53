import type { ChurnResult } from "./churn.ts";
import { atMost, none, type Reading, told } from "./reading.ts";

/** What a heap may differ by that is looked at after another part of the work: code that was compiled meanwhile, caches that fill up. */
const HEAP_MIB = 8;
const RSS_MIB = 32;
/** Up to 32 sockets for calls are open while there is work, and a minute longer; the API server keeps some to the webhooks. */
const SOCKETS = 40;
const SERIES = 40;

/** Every figure with its limit: the growth from the first tenth of the objects to the last. */
export function churnReadings({
  objects,
  seconds,
  early,
  late,
  errors,
}: ChurnResult): readonly Reading[] {
  const kept = Object.entries(late.kept).filter(([what, count]) => count > (early.kept[what] ?? 0));
  return [
    told("PrismClusters that came and went", `${objects} in ${seconds.toFixed(0)} s`),
    told(
      "heap in use after the first tenth, and after all",
      `${early.heapMib.toFixed(1)} and ${late.heapMib.toFixed(1)} MiB`,
    ),
    atMost("growth of the heap", late.heapMib - early.heapMib, HEAP_MIB, "MiB"),
    atMost("growth of memory (RSS)", late.rssMib - early.rssMib, RSS_MIB, "MiB"),
    atMost("growth of open sockets", late.sockets - early.sockets, SOCKETS, ""),
    // Each answer code that is met for the first time is a series.
    atMost("growth of series of metrics", late.series - early.series, SERIES, ""),
    none(
      "maps that grew",
      kept.map(([what, count]) => `${what} from ${early.kept[what] ?? 0} to ${count}`),
    ),
    none("errors and unhandled rejections in the log", errors),
  ];
}
