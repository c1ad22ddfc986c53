/** MinIO, and the programs that stand in for Prism's, from Go modules. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hostCommand } from "../host-command.ts";
import type { ImageRecipe } from "../image-store.ts";
import { fillBase, writeScript } from "./base.ts";
import type { Sources } from "./debian-servers.ts";

const PROGRAM = fileURLToPath(new URL("../program", import.meta.url));

const MINIO_ENTRY = `#!/bin/sh
set -e
case "$1" in minio) ;; *) set -- minio "$@" ;; esac
exec "$@"
`;

/** MinIO's server and client in one image with shell and coreutils, as the official one has them. `binaries` are absolute paths. */
export function minio(
  { busybox }: Sources,
  binaries: { readonly minio: string; readonly mc: string },
): ImageRecipe {
  return {
    repository: "minio/minio",
    isFetched: true,
    inputs: JSON.stringify([binaries, MINIO_ENTRY]),
    config: { entrypoint: ["/usr/bin/docker-entrypoint.sh"], command: ["minio"] },
    fill: async (root) => {
      await fillBase(root, await busybox(), "coreutils");
      mkdirSync(join(root, "data"));
      cpSync(binaries.minio, join(root, "usr/bin/minio"));
      cpSync(binaries.mc, join(root, "usr/bin/mc"));
      writeScript(root, "usr/bin/docker-entrypoint.sh", MINIO_ENTRY);
    },
  };
}

/** Prism's programs by the names of their images; the runner types are those of the samples. */
const PRISM = [
  "prism-admin",
  "prism-proxy",
  ...["keyvalue", "consumer", "producer", "mailbox", "claimcheck", "multicast-registry"].map(
    (type) => `${type}-runner`,
  ),
];

/** The stand-ins, and the program that holds a pod's namespaces. */
export function prismPrograms({ busybox, work }: Sources): readonly ImageRecipe[] {
  const inputs = readdirSync(PROGRAM)
    .toSorted()
    .map((name) => readFileSync(join(PROGRAM, name), "utf8"))
    .join("\n");
  const recipe = (repository: string, name: string, isWhole: boolean): ImageRecipe => ({
    repository,
    isFetched: false,
    inputs,
    config: { entrypoint: [`/usr/bin/${name}`] },
    fill: async (root) => {
      if (isWhole) await fillBase(root, await busybox());
      else mkdirSync(join(root, "usr/bin"), { recursive: true });
      cpSync(await buildProgram(work), join(root, "usr/bin/prism-program"));
      symlinkSync("prism-program", join(root, "usr/bin", name));
      if (isWhole) await hostCommand("ln", ["-sf", "prism-program", join(root, "usr/bin/getent")]);
      for (const path of ["etc/prism", "data", "home/prism"])
        mkdirSync(join(root, path), { recursive: true });
    },
  });
  return [
    ...PRISM.map((name) => recipe(`prism/${name}`, name, true)),
    recipe("local/pause", "pause", false),
  ];
}

async function buildProgram(work: string): Promise<string> {
  const target = join(work, "prism-program");
  await hostCommand(
    "go",
    ["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", target, "."],
    {
      folder: PROGRAM,
      environment: { CGO_ENABLED: "0", GOWORK: "off" },
    },
  );
  return target;
}
