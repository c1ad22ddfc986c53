/** Redis, NATS and PostgreSQL from Debian's packages, with entry points that do what the official images' do. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { closureOf, unpackPackages } from "../debian-packages.ts";
import type { ImageConfig, ImageRecipe } from "../image-store.ts";
import { fillBase, fillFolders, removeTexts, writeScript } from "./base.ts";

/** What recipes are made with. */
export interface Sources {
  /** Path of a static busybox; fetched when it is first asked for. */
  readonly busybox: () => Promise<string>;
  /** A folder to work in. */
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

/** The recipes. NATS has two images: the plain one is made from scratch, the one with `alpine` in its tag has a shell. */
export function debianServers(sources: Sources): readonly ImageRecipe[] {
  const bin = "/usr/lib/postgresql/15/bin";
  return [
    recipe(sources, "library/redis", "redis-server", REDIS_ENTRY, { workdir: "/data" }),
    {
      repository: "library/nats",
      isFetched: true,
      inputs: "nats-server from scratch",
      config: { entrypoint: ["/usr/sbin/nats-server"] },
      fill: async (root) => {
        await fillFolders(root);
        await unpackPackages(await closureOf(["nats-server"], sources.work), root, sources.work);
        removeTexts(root);
      },
    },
    recipe(sources, "library/nats-alpine", "nats-server", NATS_ENTRY, {}),
    recipe(sources, "library/postgres", "postgresql-15", POSTGRES_ENTRY, {
      environment: { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, LANG: "C.UTF-8" },
    }),
  ];
}

function recipe(
  { busybox, work }: Sources,
  repository: string,
  server: string,
  entry: string,
  config: ImageConfig,
): ImageRecipe {
  const packages = [server, "libc-bin"];
  return {
    repository,
    isFetched: true,
    inputs: JSON.stringify([packages, entry]),
    config: { entrypoint: ["/usr/local/bin/docker-entrypoint.sh"], ...config },
    fill: async (root) => {
      await fillBase(root, await busybox());
      await unpackPackages(await closureOf(packages, work), root, work);
      makeLocal(root);
      writeScript(root, "usr/local/bin/docker-entrypoint.sh", entry);
      // Without the library that it needs, a server would fail where it only wanted to be faster.
      rmSync(join(root, "usr/lib/postgresql/15/lib/llvmjit.so"), { force: true });
      removeTexts(root);
    },
  };
}

function makeLocal(root: string): void {
  for (const path of ["usr/local/bin", "data", "var/run/postgresql"])
    mkdirSync(join(root, path), { recursive: true });
}
