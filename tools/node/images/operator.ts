import { readFileSync } from "node:fs";
import { join } from "node:path";
import { warmUp } from "../../image/build.ts";
import { readDockerfile } from "../../image/dockerfile.ts";
import { makeRootFileSystem } from "../../image/root-file-system.ts";
import type { ImageRecipe } from "../image-store.ts";

const CHECKOUT = join(import.meta.dirname, "../../..");

/** The operator's own image, file for file what its Dockerfile says. `inputs` names the state of the checkout. */
export function operatorImage(inputs: string): ImageRecipe {
  const recipe = readDockerfile(readFileSync(join(CHECKOUT, "deploy/Dockerfile"), "utf8"));
  return {
    repository: "prism/prism-operator",
    isFetched: false,
    inputs,
    config: {
      entrypoint: recipe.entrypoint,
      environment: recipe.environment,
      user: recipe.user,
      workdir: recipe.workdir,
    },
    fill: (root) => {
      warmUp(makeRootFileSystem(CHECKOUT, root, process.execPath));
      return Promise.resolve();
    },
  };
}
