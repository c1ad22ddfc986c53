/** Every command, in the order of the help page. A command is a folder and a line here. */
import { completionCommand } from "./completion/command.ts";
import type { ProgramPage } from "./frame/program.ts";
import { validateCommand } from "./validate/command.ts";

/** What prismctl is. */
export const PRISMCTL: ProgramPage = {
  name: "prismctl",
  description:
    "Checks, converts, renders and compares prism.io manifests without a cluster, and tells what a cluster does with them.",
  commands: [validateCommand, completionCommand],
  groups: {},
};
