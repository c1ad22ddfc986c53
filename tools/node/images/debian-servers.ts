/** Redis, NATS and PostgreSQL from Debian's packages, with entry points that do what the official images' do. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { closureOf, unpackPackages } from "../debian-packages.ts";
import type { ImageConfig, ImageRecipe } from "../image-store.ts";
import { fillBase, writeScript } from "./base.ts";

/** Where programs of this machine are, and a folder to work in. */
export interface Sources {
  readonly busybox: string;
  readonly work: string;
}

const REDIS_ENTRY = `#!/bin/sh
set -e
case "$1" in -*|*.conf) set -- redis-server "$@" ;; esac
exec "$@"
`;

const NATS_ENTRY = `#!/bin/sh
set -e
case "$1" in -*) set -- nats-server "$@" ;; esac
exec "$@"
`;

/** A folder without data gets a cluster with the user and database asked for, by a server that only its own socket reaches. */
const POSTGRES_ENTRY = `#!/bin/sh
set -e
case "$1" in -*|"") set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  [ -n "$POSTGRES_PASSWORD" ] || { echo "POSTGRES_PASSWORD is empty" >&2; exit 1; }
  user="\${POSTGRES_USER:-postgres}"
  mkdir -p "$PGDATA" && chmod 700 "$PGDATA"
  printf '%s\\n' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username="$user" --pwfile=/tmp/password $POSTGRES_INITDB_ARGS -D "$PGDATA"
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" -w start
  if [ "\${POSTGRES_DB:-$user}" != postgres ]; then
    export PGPASSWORD="$POSTGRES_PASSWORD"
    echo 'CREATE DATABASE :"db" ;' | psql -v ON_ERROR_STOP=1 -h /var/run/postgresql -U "$user" -d postgres -v db="\${POSTGRES_DB:-$user}"
  fi
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@"
`;

/** The three recipes. */
export async function debianServers(sources: Sources): Promise<readonly ImageRecipe[]> {
  const bin = "/usr/lib/postgresql/15/bin";
  return [
    await recipe(sources, "library/redis", ["redis-server"], REDIS_ENTRY, { workdir: "/data" }),
    await recipe(sources, "library/nats", ["nats-server"], NATS_ENTRY, {}),
    await recipe(sources, "library/postgres", ["postgresql-15"], POSTGRES_ENTRY, {
      environment: { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, LANG: "C.UTF-8" },
    }),
  ];
}

async function recipe(
  { busybox, work }: Sources,
  repository: string,
  packages: readonly string[],
  entry: string,
  config: ImageConfig,
): Promise<ImageRecipe> {
  const closure = await closureOf([...packages, "libc-bin"], work);
  return {
    repository,
    inputs: JSON.stringify([closure, entry]),
    config: { entrypoint: ["/usr/local/bin/docker-entrypoint.sh"], ...config },
    fill: async (root) => {
      await fillBase(root, busybox);
      await unpackPackages(closure, root, work);
      makeLocal(root);
      writeScript(root, "usr/local/bin/docker-entrypoint.sh", entry);
      // Without the library that it needs, a server would fail where it only wanted to be faster.
      rmSync(join(root, "usr/lib/postgresql/15/lib/llvmjit.so"), { force: true });
      for (const path of ["usr/share/doc", "usr/share/man", "usr/share/locale"])
        rmSync(join(root, path), { recursive: true, force: true });
    },
  };
}

function makeLocal(root: string): void {
  for (const path of ["usr/local/bin", "data", "var/run/postgresql"])
    mkdirSync(join(root, path), { recursive: true });
}
