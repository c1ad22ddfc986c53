/** Every image that the suite's pods need, made here: none comes from a registry. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { unpackPackages } from "./debian-packages.ts";
import { ImageStore } from "./image-store.ts";
import { debianServers } from "./images/debian-servers.ts";
import { minio, prismPrograms } from "./images/go-programs.ts";
import { javaServers } from "./images/java-servers.ts";
import { operatorImage } from "./images/operator.ts";

/** What images are made from. */
export interface ImagesRequest {
  /** Kept between runs. */
  readonly folder: string;
  /** For what lies about while one is made; a folder of this run. */
  readonly work: string;
  readonly binaries: { readonly minio: string; readonly mc: string };
  /** Names the state of the operator's own sources. */
  readonly operatorInputs: string;
  readonly onProgress: (line: string) => void;
}

/** Makes those that are not there or have changed. Rejects with HostCommandFailed. */
export async function makeImages(request: ImagesRequest): Promise<ImageStore> {
  const { work, binaries, onProgress } = request;
  mkdirSync(work, { recursive: true });
  const store = new ImageStore(request.folder);
  const tools = join(work, "tools");
  mkdirSync(tools, { recursive: true });
  await unpackPackages(["busybox-static"], tools, work);
  const busybox = join(tools, "bin/busybox");
  const recipes = [
    ...prismPrograms(busybox, work),
    minio(busybox, binaries),
    ...(await debianServers({ busybox, work })),
    ...(await javaServers({ busybox, work })),
    operatorImage(request.operatorInputs),
  ];
  for (const recipe of recipes) {
    const isMade = await store.make(recipe, work);
    if (isMade) onProgress(`Made the image ${recipe.repository}`);
  }
  return store;
}
