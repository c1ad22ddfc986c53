import type { Part } from "./part.ts";

/** prism-proxy; its Service has the same name (the source's). */
export const PROXY: Part = {
  name: "prism-proxy",
  program: "prism-proxy",
  stage: "proxy",
  component: { kind: "proxy" },
};
