import type { Writable } from "node:stream";
import yoctoSpinner from "yocto-spinner";

/** Called with one line each time something new begins or moves on. */
export type OnProgress = (line: string) => void;

/** Shows lines to a person: a spinner with the seconds on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  readonly show: OnProgress;
  /** Ends the display; the line stays when one is given. */
  readonly end: (line?: string) => void;
}

/** A step that moves on often is written to a log no more often than this. */
const plainLineEveryMs = 15_000;

/** Makes the display that fits the stream. */
export function progressDisplay(
  stream: Writable & { readonly isTTY?: boolean },
  now: () => number,
): ProgressDisplay {
  return stream.isTTY ? spinnerDisplay(stream, now) : plainDisplay(stream, now);
}

function spinnerDisplay(stream: Writable, now: () => number): ProgressDisplay {
  const spinner = yoctoSpinner({ stream, handleSignals: false });
  let line = "";
  let since = now();
  const refresh = () => {
    spinner.text = `${line} (${seconds(now() - since)})`;
  };
  const timer = setInterval(refresh, 1000).unref();
  return {
    show(next) {
      if (stepOf(next) !== stepOf(line)) since = now();
      line = next;
      refresh();
      if (!spinner.isSpinning) spinner.start();
    },
    end(last) {
      clearInterval(timer);
      spinner.stop();
      if (last !== undefined) stream.write(`${last}\n`);
    },
  };
}

function plainDisplay(stream: Writable, now: () => number): ProgressDisplay {
  let step = "";
  let since = now();
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    show(line) {
      const isNew = stepOf(line) !== step;
      if (isNew) since = now();
      else if (now() - writtenAt < plainLineEveryMs) return;
      step = stepOf(line);
      writtenAt = now();
      stream.write(isNew ? `${line}\n` : `${line} (${seconds(now() - since)})\n`);
    },
    end(last) {
      if (last !== undefined) stream.write(`${last}\n`);
    },
  };
}

/** What stands before the colon names the step; what follows it may change within the step. */
function stepOf(line: string): string {
  return line.split(":", 1)[0] ?? line;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
