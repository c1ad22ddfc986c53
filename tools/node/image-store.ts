/** Images as OCI keeps them (image-spec v1.1): blobs by digest, and what a repository's name leads to. */
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseJson, textAt } from "../control-plane/json-value.ts";
import { hostCommand } from "./host-command.ts";

/** How a container of an image starts. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workdir?: string;
}

/** An image to make. */
export interface ImageRecipe {
  /** `library/redis`: without a registry and a tag, since ours answers for all of them. */
  readonly repository: string;
  /** Whether it takes packages or jars of elsewhere, rather than the checkout alone. */
  readonly isFetched: boolean;
  /** What the content depends on; the image is made anew when it changes. Packages are of the versions of the day. */
  readonly inputs: string;
  readonly config: ImageConfig;
  /** Fills an empty folder with the root file system. */
  readonly fill: (root: string) => Promise<void>;
}

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** A folder of images. */
export class ImageStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, "blobs"), { recursive: true });
    mkdirSync(join(folder, "repositories"), { recursive: true });
  }

  /**
   * Makes an image unless the one that is there has the same inputs; `work` is a folder that every user may pass through, since some images
   * are tried as their own. Answers whether it was made.
   */
  async make(recipe: ImageRecipe, work: string): Promise<boolean> {
    if (this.has(recipe)) return false;
    const root = join(work, "root");
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true, mode: 0o755 });
    try {
      await recipe.fill(root);
      const digest = await this.#pack(root, recipe.config);
      const record = JSON.stringify({ key: keyOf(recipe), digest });
      writeFileSync(this.#record(recipe.repository), record);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
    return true;
  }

  /** Whether an image of this recipe is there. */
  has(recipe: ImageRecipe): boolean {
    const record = this.#record(recipe.repository);
    if (!existsSync(record)) return false;
    return textAt(parseJson(readFileSync(record, "utf8")), "key") === keyOf(recipe);
  }

  /**
   * Digest of the manifest of a repository, whatever its tag, but that a tag with `alpine` in it may have an image of its own;
   * undefined when there is none.
   */
  manifestOf(repository: string, tag: string): string | undefined {
    const own = tag.includes("alpine") ? this.#digestOf(`${repository}-alpine`) : undefined;
    return own ?? this.#digestOf(repository);
  }

  #digestOf(repository: string): string | undefined {
    try {
      const digest = textAt(parseJson(readFileSync(this.#record(repository), "utf8")), "digest");
      return digest === "" ? undefined : digest;
    } catch {
      return undefined;
    }
  }

  /** File of a blob; undefined when it is none of ours. */
  blob(digest: string): string | undefined {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
    const path = this.#blobPath(digest);
    return existsSync(path) ? path : undefined;
  }

  async #pack(root: string, config: ImageConfig): Promise<string> {
    const layer = join(this.#folder, `.layer-${process.pid}.tar`);
    // Reproducible: the same files give the same digest, so that a node has them already.
    const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
    await hostCommand("tar", [...same, "-cf", layer, "-C", root, "."]);
    const layerDigest = await digestOf(layer);
    const size = statSync(layer).size;
    renameSync(layer, this.#blobPath(layerDigest));
    const about = this.#json({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: {
        Entrypoint: config.entrypoint,
        Cmd: config.command,
        Env: Object.entries({
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          ...config.environment,
        }).map(([name, value]) => `${name}=${value}`),
        User: config.user,
        WorkingDir: config.workdir,
      },
      rootfs: { type: "layers", diff_ids: [layerDigest] },
    });
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...about },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: layerDigest, size }],
    };
    return this.#json(manifest).digest;
  }

  #json(value: object): { readonly digest: string; readonly size: number } {
    const text = JSON.stringify(value);
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    writeFileSync(this.#blobPath(digest), text);
    return { digest, size: Buffer.byteLength(text) };
  }

  #blobPath(digest: string): string {
    return join(this.#folder, "blobs", digest.replace("sha256:", ""));
  }

  #record(repository: string): string {
    return join(this.#folder, "repositories", `${repository.replaceAll("/", "+")}.json`);
  }
}

function keyOf({ inputs, config }: ImageRecipe): string {
  return createHash("sha256")
    .update(JSON.stringify([inputs, config]))
    .digest("hex");
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
