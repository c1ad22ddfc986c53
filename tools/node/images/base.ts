import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostCommand } from "../host-command.ts";

/** Users that the official images have, by number. */
const PASSWD = `root:x:0:0:root:/root:/bin/sh
postgres70:x:70:70::/tmp:/bin/sh
postgres:x:999:999::/tmp:/bin/sh
user:x:1000:1000::/tmp:/bin/sh
nonroot:x:65532:65532::/tmp:/bin/sh
nobody:x:65534:65534::/tmp:/bin/sh
`;
const GROUP =
  "root:x:0:\npostgres70:x:70:\npostgres:x:999:\nuser:x:1000:\nnonroot:x:65532:\nnobody:x:65534:\n";

/** A shell with the usual small programs, a place for temporary files, and users. */
export async function fillBase(root: string, busybox: string): Promise<void> {
  for (const path of [
    "usr/bin",
    "usr/sbin",
    "usr/lib",
    "etc",
    "tmp",
    "proc",
    "sys",
    "dev",
    "var",
    "run",
  ])
    mkdirSync(join(root, path), { recursive: true });
  await hostCommand("chmod", ["1777", join(root, "tmp")]);
  // Debian's packages put files into both; one folder with two names, as on any machine.
  for (const name of ["bin", "sbin", "lib", "lib64"])
    await hostCommand("sh", [
      "-c",
      `test -e "$1/${name}" || { mkdir -p "$1/usr/${name}" && ln -s usr/${name} "$1/${name}"; }`,
      "sh",
      root,
    ]);
  cpSync(busybox, join(root, "usr/bin/busybox"));
  const applets = await hostCommand(busybox, ["--list"]);
  for (const applet of applets.trim().split("\n"))
    if (applet !== "busybox")
      await hostCommand("ln", ["-sf", "busybox", join(root, "usr/bin", applet)]);
  writeFileSync(join(root, "etc/passwd"), PASSWD);
  writeFileSync(join(root, "etc/group"), GROUP);
  writeFileSync(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
}

/** A script that a container starts. */
export function writeScript(root: string, path: string, text: string): void {
  writeFileSync(join(root, path), text, { mode: 0o755 });
}
