/** Joins storage migration with leadership, metrics, logs and events. */
import type { Logger } from "pino";
import type { CrdFile } from "./kinds.ts";
import { eventRecorder } from "./kube/event-recorder.ts";
import type { Leadership } from "./kube/leader.ts";
import { runStorageMigration } from "./kube/storage-migration.ts";
import { systemClock } from "./kube/system-clock.ts";
import type { Transport } from "./kube/transport.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Options } from "./options.ts";

/** What it needs. */
export interface MigrationSideOptions {
  readonly options: Options;
  readonly transport: Transport;
  readonly crds: readonly CrdFile[];
  readonly leadership: Leadership;
  readonly identity: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Migrates while this process leads. An operator of some namespaces does not see the objects of the others, without which no
 * version may be dropped: it leaves the migration to somebody who does.
 */
export async function keepMigrated(
  { options, transport, crds, leadership, identity, metrics, log }: MigrationSideOptions,
  signal: AbortSignal,
): Promise<void> {
  if (!options.storageMigration || options.watchNamespace.length > 0) return;
  const tell = eventRecorder({
    transport,
    identity,
    now: systemClock.now,
    wallClock: () => new Date(),
    remainingMs: () => leadership.remainingMs(),
    signal,
  });
  await runStorageMigration(
    {
      transport,
      crds: crds.map(({ name }) => name),
      clock: systemClock,
      mayWrite: () => leadership.remainingMs() > 0,
      observer: {
        remaining: (crd, objects) => metrics.process.migrationRemaining.set({ crd }, objects),
        migrated: ({ name, uid, storage }, objects) => {
          log.info(
            { crd: name, storage, objects },
            "Every object is stored in the storage version",
          );
          const metadata = { name, uid };
          tell(
            { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata },
            {
              type: "Normal",
              reason: "StorageMigrated",
              action: "Migrate",
              note: `${objects} objects are stored as ${storage}; no other version is needed to read them`,
            },
          );
        },
        failed: (crd, error) => log.warn({ crd, error }, "Storage migration is not done yet"),
      },
    },
    signal,
  );
}
