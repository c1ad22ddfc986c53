/** What a node needs of this machine beside Node and Go. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cgroupNameFor, makeCgroup, removeCgroup } from "./cgroup.ts";
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

/** Installs Debian packages that are missing; answers what stays missing, for a person. */
export async function installMissing(
  onProgress: (line: string) => void,
): Promise<string | undefined> {
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

/** Why nobody can have a node here, for a person. */
export function wrongUser(): string | undefined {
  if (process.platform !== "linux") return "A node needs Linux.";
  return process.getuid?.() === 0
    ? undefined
    : "A node needs root, for namespaces, mounts and cgroups of its own: sudo npm run e2e";
}

/** What the inner process does, in small: it all ends with the shell. */
const TRIAL = `set -e
ip link add trial0 type bridge
iptables -w -t nat -L -n >/dev/null
mkdir "$0/lower" "$0/upper" "$0/work" "$0/merged"
mount -t overlay overlay -o "lowerdir=$0/lower,upperdir=$0/upper,workdir=$0/work" "$0/merged"`;

/** Why namespaces, mounts or cgroups of one's own cannot be had, though one is root: as in many containers. */
export async function missingRights(): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "prism-trial-"));
  const cgroup = cgroupNameFor(process.pid);
  const namespaces = ["--net", "--mount", "--pid", "--ipc", "--fork", "--mount-proc"];
  try {
    await hostCommand("unshare", [...namespaces, "sh", "-c", TRIAL, folder]);
    makeCgroup(cgroup);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `This machine gives no node what it needs: ${reason.trim()}`;
  } finally {
    await removeCgroup(cgroup);
    rmSync(folder, { recursive: true, force: true });
  }
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
