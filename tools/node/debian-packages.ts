/** Files of Debian packages, without installing them: for images of servers that no registry has to give. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostCommand } from "./host-command.ts";

/** What of a package's dependencies an image can do without: scripts of the package system, never the server's own libraries. */
const NOT_NEEDED =
  /^(perl|libperl|libfile-|libnumber-|libtext-|dpkg$|tar$|adduser$|passwd$|debconf$|usrmerge$|init-system|sysvinit|lsb-base$|libpam-|libsemanage|libsepol|util-linux|ucf$|sensible-utils$|locales$|libc-l10n$|libllvm|libz3|postgresql-common$|postgresql-client-common$|ssl-cert$|ca-certificates|java-common$|fonts-|fontconfig-)/;

const UNPACK = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';

/** A version of each package that a set of packages needs, itself included. */
export async function closureOf(
  packages: readonly string[],
  work: string,
): Promise<readonly string[]> {
  const listed = await hostCommand("apt-get", [
    ...aptOptions(work),
    "-s",
    "install",
    "-y",
    ...packages,
  ]);
  const found = [...listed.matchAll(/^Inst (\S+) \((\S+)/gm)].map(
    ([, name, version]) => `${name}=${version}`,
  );
  return found.filter((one) => !NOT_NEEDED.test(one.split("=")[0] ?? "")).toSorted();
}

/** Unpacks packages, as `closureOf` names them, into a root folder. */
export async function unpackPackages(
  packages: readonly string[],
  root: string,
  work: string,
): Promise<void> {
  const archives = join(work, "archives");
  mkdirSync(archives, { recursive: true });
  await hostCommand("apt-get", ["download", "-q", ...packages], { folder: archives });
  const wanted = new Set(packages.map((one) => one.split("=")[0]));
  for (const file of readdirSync(archives)) {
    if (!file.endsWith(".deb") || !wanted.has(file.split("_")[0])) continue;
    // Not dpkg-deb -x: that would put folders in the place of links such as /lib.
    await hostCommand("sh", ["-c", UNPACK, "sh", join(archives, file), root]);
  }
}

/** With an empty status file everything that is needed counts as missing, also what this machine has. */
function aptOptions(work: string): readonly string[] {
  mkdirSync(work, { recursive: true });
  const status = join(work, "status");
  writeFileSync(status, "");
  return ["-o", `Dir::State::status=${status}`, "-o", "APT::Install-Recommends=false"];
}
