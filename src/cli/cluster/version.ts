import { readFileSync } from "node:fs";

/** Version of this prismctl: that of the package it is part of. */
export function prismctlVersion(): string {
  const file = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(file, "utf8"));
  return typeof version === "string" ? version : "0.0.0";
}
