import { monitorEventLoopDelay } from "node:perf_hooks";

/** How late timers are, in milliseconds. */
export interface EventLoopLag {
  /** The 99th percentile since the last look; a look begins a new window. */
  p99Ms(): number;
  stop(): void;
}

/** Timers are asked for every 20 ms; what is reported beyond that is lag. */
const RESOLUTION_MS = 20;

/** Starts measuring. */
export function watchEventLoop(): EventLoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    p99Ms: () => {
      const lag = Math.max(histogram.percentile(99) / 1e6 - RESOLUTION_MS, 0);
      histogram.reset();
      return Number.isFinite(lag) ? lag : 0;
    },
    stop: () => histogram.disable(),
  };
}
