import type { Part } from "./part.ts";

/** prism-admin; its Service has the same name (the source's). */
export const ADMIN: Part = {
  name: "prism-admin",
  program: "prism-admin",
  stage: "admin",
  component: { kind: "admin" },
};
