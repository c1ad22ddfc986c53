import { existsSync, writeFileSync } from "node:fs";
import { hostCommand } from "./host-command.ts";
import { NODE } from "./node-layout.ts";

/** Folders of the machine that the node's programs write to; in our mount namespace they are empty and our own. */
const OWN_FOLDERS = ["/run", "/var/log", "/var/lib"];

/** Brings up what a fresh network namespace lacks, and hides the machine's folders. Only to be called inside of namespaces of our own. */
export async function prepareNamespaces(): Promise<void> {
  for (const folder of OWN_FOLDERS)
    await hostCommand("mount", ["-t", "tmpfs", "-o", "mode=0755", "tmpfs", folder]);
  await hostCommand("ip", ["link", "set", "lo", "up"]);
  await hostCommand("ip", ["link", "add", NODE.bridge, "type", "bridge"]);
  const address = `${NODE.address}/${NODE.prefix}`;
  await hostCommand("ip", ["address", "add", address, "dev", NODE.bridge]);
  await hostCommand("ip", ["link", "set", NODE.bridge, "up"]);
  // Packets between pods pass the rules of kube-proxy only when the bridge shows them.
  for (const setting of ["net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"]) {
    const path = `/proc/sys/${setting}`;
    if (existsSync(path)) writeFileSync(path, "1");
  }
  // Programs look for a default route to find their own address.
  await hostCommand("ip", ["route", "add", "default", "dev", NODE.bridge]);
}
