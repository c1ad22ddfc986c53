/** Every image that the suite's pods need, made here: none comes from a registry. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { unpackPackages } from "./debian-packages.ts";
import { type ImageRecipe, ImageStore } from "./image-store.ts";
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
  const { work, onProgress } = request;
  mkdirSync(work, { recursive: true });
  const store = new ImageStore(request.folder);
  for (const recipe of recipesOf(request)) {
    const isMade = await store.make(recipe, work);
    if (isMade) onProgress(`Made the image ${recipe.repository}`);
  }
  return store;
}

/** Whether all images that need the network are there. */
export function haveFetchedImages(request: Omit<ImagesRequest, "onProgress">): boolean {
  const store = new ImageStore(request.folder);
  return recipesOf(request).every((recipe) => !recipe.isFetched || store.has(recipe));
}

function recipesOf({
  folder,
  work,
  binaries,
  operatorInputs,
}: Omit<ImagesRequest, "onProgress">): readonly ImageRecipe[] {
  let found: Promise<string> | undefined;
  const busybox = () => (found ??= findBusybox(join(folder, "tools"), work));
  const sources = { busybox, work };
  return [
    ...prismPrograms(sources),
    minio(sources, binaries),
    ...debianServers(sources),
    ...javaServers(sources),
    operatorImage(operatorInputs),
  ];
}

async function findBusybox(kept: string, work: string): Promise<string> {
  const path = join(kept, "bin/busybox");
  if (existsSync(path)) return path;
  mkdirSync(kept, { recursive: true });
  await unpackPackages(["busybox-static"], kept, work);
  return path;
}
