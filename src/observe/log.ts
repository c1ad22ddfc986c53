import { type DestinationStream, type Logger, pino } from "pino";

/** The levels that an operator needs. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `auto` is text for people where standard output is a terminal, JSON elsewhere. */
export const LOG_FORMATS = ["auto", "json", "text"] as const;
/** One of `LOG_FORMATS`. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** How a log is written. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
  /** Fields that every line gets from its surroundings, such as the ids of a trace. */
  readonly surroundings?: () => object;
}

/**
 * JSON lines in the source's form: `level` as a word, `ts` as ISO time, `msg`, then the fields. Names under
 * which a secret could come are redacted, should one ever be handed over.
 */
export function createLog({ level, destination, surroundings }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    messageKey: "msg",
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: ["password", "token", "data", "stringData", "*.password", "*.token", "*.data"],
    ...(surroundings === undefined ? {} : { mixin: surroundings }),
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Where lines for people go: time, level, message and fields, one entry a line; colours in a terminal alone. */
export async function textDestination(output: NodeJS.WriteStream): Promise<DestinationStream> {
  // Loaded here: a pod never needs it.
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    colorize: output.isTTY === true && output.hasColors(),
    destination: output,
    sync: true,
    messageKey: "msg",
    timestampKey: "ts",
    translateTime: "SYS:HH:MM:ss.l",
    singleLine: true,
    errorLikeObjectKeys: ["err"],
  });
}
