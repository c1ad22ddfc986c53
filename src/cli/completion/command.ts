import { defineCommand } from "../frame/command.ts";

/** `prismctl completion`. */
export const completionCommand = defineCommand({
  name: "completion",
  needs: "shell",
  summary: "Print what makes a shell complete prismctl's commands, options and live names",
  description:
    "kubectl completes `kubectl prism` by itself when kubectl_complete-prism is on the PATH.",
  arguments: [
    { name: "shell", description: "bash, zsh or fish", candidates: ["bash", "zsh", "fish"] },
  ],
  options: {},
  examples: [
    { purpose: "Bash, for this session", line: 'eval "$(prismctl completion bash)"' },
    { purpose: "Zsh, for this session", line: "source <(prismctl completion zsh)" },
    {
      purpose: "Fish, for good",
      line: "prismctl completion fish > ~/.config/fish/completions/prismctl.fish",
    },
  ],
  load: async () => (await import("./completion.ts")).body,
});
