import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
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

/** Programs of GNU coreutils that busybox has too. */
const COREUTILS = new Set(
  (
    "[ base64 basename cat chgrp chmod chown cksum comm cp cut date dd df dirname du echo env expr factor false fold head id install link " +
    "ln ls md5sum mkdir mkfifo mktemp mv nice nl nohup nproc od paste printenv printf pwd readlink realpath rm rmdir seq sha1sum sha256sum " +
    "sha512sum shuf sleep sort split stat stty sum sync tac tail tee test timeout touch tr true truncate tty uname uniq unlink wc whoami yes"
  ).split(" "),
);

/** Folders alone, as in an image that is made from scratch. */
export async function fillFolders(root: string): Promise<void> {
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
}

/** A shell with the usual small programs, or with coreutils alone; a place for temporary files, and users. */
export async function fillBase(
  root: string,
  busybox: string,
  programs: "usual" | "coreutils" = "usual",
): Promise<void> {
  await fillFolders(root);
  cpSync(busybox, join(root, "usr/bin/busybox"));
  const applets = await hostCommand(busybox, ["--list"]);
  for (const applet of applets.trim().split("\n")) {
    const isWanted = programs === "usual" || applet === "sh" || COREUTILS.has(applet);
    if (isWanted && applet !== "busybox")
      await hostCommand("ln", ["-sf", "busybox", join(root, "usr/bin", applet)]);
  }
  writeFileSync(join(root, "etc/passwd"), PASSWD);
  writeFileSync(join(root, "etc/group"), GROUP);
  writeFileSync(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
}

/** A script that a container starts. */
export function writeScript(root: string, path: string, text: string): void {
  writeFileSync(join(root, path), text, { mode: 0o755 });
}

/** Removes what packages bring for people. */
export function removeTexts(root: string): void {
  for (const path of ["usr/share/doc", "usr/share/man", "usr/share/locale"])
    rmSync(join(root, path), { recursive: true, force: true });
}
