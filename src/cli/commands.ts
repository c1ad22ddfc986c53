/** Every command, in the order of the help page. A command is a folder and a line here. */
import { adoptCommand } from "./adopt/command.ts";
import { checkCommand } from "./check/command.ts";
import { completionCommand } from "./completion/command.ts";
import { convertCommand } from "./convert/command.ts";
import { diffCommand } from "./diff/command.ts";
import { exportCommand } from "./export/command.ts";
import type { ProgramPage } from "./frame/program.ts";
import { graphCommand } from "./graph/command.ts";
import { pauseCommand, resumeCommand } from "./pause/command.ts";
import { renderCommand } from "./render/command.ts";
import { reportCommand } from "./report/command.ts";
import { statusCommand } from "./status/command.ts";
import { upgradeCheckCommand } from "./upgrade/command.ts";
import { validateCommand } from "./validate/command.ts";
import { versionCommand } from "./version/command.ts";
import { whyCommand } from "./why/command.ts";

/** What prismctl is. */
export const PRISMCTL: ProgramPage = {
  name: "prismctl",
  description:
    "Checks, converts, renders and compares prism.io manifests without a cluster, and tells what a cluster does with them.",
  commands: [
    validateCommand,
    convertCommand,
    renderCommand,
    diffCommand,
    graphCommand,
    statusCommand,
    whyCommand,
    checkCommand,
    reportCommand,
    pauseCommand,
    resumeCommand,
    exportCommand,
    adoptCommand,
    upgradeCheckCommand,
    versionCommand,
    completionCommand,
  ],
  groups: {
    upgrade: "Before the operator is upgraded",
    kubernetes: "Move what runs on Kubernetes to the operator",
  },
};
