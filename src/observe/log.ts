import { type DestinationStream, type Logger, pino } from "pino";

/** The levels that an operator needs. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * JSON lines in the source's form: `level` as a word, `ts` as ISO time, `msg`, then the fields. Names under
 * which a secret could come are redacted, should one ever be handed over.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    messageKey: "msg",
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: ["password", "token", "data", "stringData", "*.password", "*.token", "*.data"],
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
