/** What a node needs of this machine beside Node and Go. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hasProgram, hostCommand } from "./host-command.ts";

interface Need {
  readonly isThere: () => boolean;
  /** Debian's package. */
  readonly from: string;
}

const NEEDS: readonly Need[] = [
  { isThere: () => hasProgram("runc"), from: "runc" },
  { isThere: () => hasProgram("iptables"), from: "iptables" },
  { isThere: () => hasProgram("conntrack"), from: "conntrack" },
  { isThere: () => hasProgram("ip"), from: "iproute2" },
  { isThere: () => hasProgram("unshare"), from: "util-linux" },
  { isThere: () => existsSync("/usr/lib/cni/bridge"), from: "containernetworking-plugins" },
  { isThere: () => hasProgram("mvn"), from: "maven" },
];

/** Debian packages that are not there. */
export function missingPackages(): readonly string[] {
  return NEEDS.filter(({ isThere }) => !isThere()).map(({ from }) => from);
}

/** Why no node can be run here, for a person; undefined when one can. Debian packages that are missing are installed. */
export async function meetNeeds(onProgress: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== "linux") return "A node needs Linux.";
  if (process.getuid?.() !== 0)
    return "A node needs root, for namespaces, mounts and cgroups of its own: sudo npm run e2e";
  if (!hasProgram("go"))
    return "The node's programs are built by Go 1.26 or newer, which is not there.";
  const missing = missingPackages();
  if (missing.length === 0) return undefined;
  if (!hasProgram("apt-get")) return `These are missing here: ${missing.join(", ")}`;
  onProgress(`Installing ${missing.join(", ")}`);
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  await hostCommand("apt-get", ["update", "-qq"], { environment });
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...missing];
  await hostCommand("apt-get", install, { environment });
  return undefined;
}

/** Settings of the whole machine that a kubelet changes. */
const SETTINGS = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];

/** Remembers them; the answer puts them back. */
export function rememberSettings(): () => void {
  const known = SETTINGS.map((name) => `/proc/sys/${name}`)
    .filter((path) => existsSync(path))
    .map((path) => ({ path, value: readFileSync(path, "utf8") }));
  return () => {
    for (const { path, value } of known)
      if (readFileSync(path, "utf8") !== value) writeFileSync(path, value);
  };
}
