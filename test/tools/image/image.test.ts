import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { NODE_ARGUMENTS } from "../../../src/heap.ts";
import { listAt, parseJson, textAt } from "../../../tools/control-plane/json-value.ts";
import { warmUp } from "../../../tools/image/build.ts";
import { readDockerfile } from "../../../tools/image/dockerfile.ts";
import { makeRootFileSystem, type RootFileSystem } from "../../../tools/image/root-file-system.ts";
import { sbomOf } from "../../../tools/image/sbom.ts";

const DOCKERFILE = readFileSync("deploy/Dockerfile", "utf8");

describe("the Dockerfile", () => {
  const recipe = readDockerfile(DOCKERFILE);

  it("runs the operator as a numeric user that is not root", () => {
    assert.equal(recipe.user, "65532:65532");
    assert.deepEqual(recipe.entrypoint, ["/nodejs/bin/node", ...NODE_ARGUMENTS, "src/main.ts"]);
  });

  it("copies what is there, and lets nothing else into the build", () => {
    const sources = recipe.copies.flatMap((copy) => copy.sources);
    assert.ok(sources.length >= 7);
    assert.deepEqual(
      sources.filter((source) => !existsSync(source)),
      [],
    );
    const allowed = readFileSync("deploy/Dockerfile.dockerignore", "utf8")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const inFirstStage = ["package-lock.json"];
    assert.deepEqual([...new Set([...sources, ...inFirstStage])].sort(), allowed.toSorted());
  });

  it("uses the Node of the checkout", () => {
    const [, version] = /^ARG NODE_VERSION=(\S+)$/m.exec(DOCKERFILE) ?? [];
    assert.equal(`v${version}`, process.version);
  });

  it("has every program that the chart's hooks start", () => {
    const copied = recipe.copies.flatMap((copy) => copy.sources);
    const programs = globSync("deploy/chart/prism-operator/templates/**/*.{yaml,tpl}").flatMap(
      (file) => readFileSync(file, "utf8").match(/tools\/[\w/-]+\.ts/g) ?? [],
    );
    assert.ok(programs.length >= 2);
    for (const program of programs) {
      assert.ok(existsSync(program), program);
      assert.ok(
        copied.some((folder) => program.startsWith(`${folder}/`)),
        program,
      );
    }
  });

  it("an instruction that the tool does not know is no silent gap", () => {
    assert.throws(() => readDockerfile("FROM scratch\nADD x /x\n"), /unknown instruction: ADD x/);
  });
});

describe("the root file system without a container engine", () => {
  let folder = "";
  let root: RootFileSystem;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "prism-image-"));
    root = makeRootFileSystem(".", folder, process.execPath);
    warmUp(root);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has exactly the packages that the bill of materials names", () => {
    const document = sbomOf(".", process.versions.node, new Date(0));
    const [, node, ...packages] = listAt(document, "packages");
    assert.equal(textAt(node, "versionInfo"), process.versions.node);
    const listed = packages.map((one) => `${textAt(one, "name")}@${textAt(one, "versionInfo")}`);
    const inImage = globSync("app/node_modules/**/package.json", { cwd: folder })
      .filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map((path) => Object(parseJson(readFileSync(join(folder, path), "utf8"))))
      .map(({ name, version }) => `${name}@${version}`);
    assert.ok(inImage.length > 50, `${inImage.length} packages`);
    assert.deepEqual([...new Set(inImage)].sort(), listed.toSorted());
    for (const one of packages)
      assert.equal(listAt(one, "checksums").length, 1, textAt(one, "name"));
  });

  it("has every package that the program names, and none of the tools", () => {
    const { dependencies, devDependencies } = Object(
      parseJson(readFileSync("package.json", "utf8")),
    );
    const isThere = (name: string) => existsSync(join(folder, "app/node_modules", name));
    assert.deepEqual(
      Object.keys(dependencies).filter((name) => !isThere(name)),
      [],
    );
    const both = ["@types/node"];
    assert.deepEqual(
      Object.keys(devDependencies).filter((name) => isThere(name) && !both.includes(name)),
      [],
    );
  });

  it("is the same whenever it is made, but for what was parsed", () => {
    const again = mkdtempSync(join(tmpdir(), "prism-image-"));
    try {
      makeRootFileSystem(".", again, process.execPath);
      const isMade = (line: string): boolean => !line.startsWith("app/compile-cache/");
      const files = filesOf(folder).filter(isMade);
      assert.ok(files.length > 1_000, `${files.length} files`);
      assert.deepEqual(filesOf(again), files);
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  it("has no shell and no package manager", () => {
    const programs = globSync("**/{sh,bash,npm,npx,apt,busybox}", { cwd: folder }).filter(
      (path) => statSync(join(folder, path)).isFile() && !path.includes("node_modules"),
    );
    assert.deepEqual(programs, []);
  });

  it("starts as the image's user, whose files it cannot change", (context) => {
    if (process.getuid?.() !== 0) return context.skip("needs root for chroot");
    const { status, stdout, stderr } = chroot([...NODE_ARGUMENTS, "src/main.ts", "--version"]);
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), Object(parseJson(readFileSync("package.json", "utf8"))).version);
    const write = chroot(["-e", "require('node:fs').writeFileSync('/app/src/main.ts', '')"]);
    assert.match(write.stderr, /EACCES/);
  });

  it("uses what was parsed when it was made", (context) => {
    if (process.getuid?.() !== 0) return context.skip("needs root for chroot");
    const { stdout, stderr } = chroot([...NODE_ARGUMENTS, "src/main.ts", "--version"], {
      NODE_DEBUG_NATIVE: "COMPILE_CACHE",
    });
    const told = `${stdout}${stderr}`;
    const count = (what: RegExp): number => told.match(what)?.length ?? 0;
    assert.equal(count(/was rejected/g), 0);
    assert.ok(count(/was accepted/g) > 10, `${count(/was accepted/g)} modules`);
  });

  function chroot(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const program = args.map((arg) =>
      arg.startsWith("src/") ? join(root.recipe.workdir, arg) : arg,
    );
    return spawnSync(
      "chroot",
      [`--userspec=${root.recipe.user}`, folder, "/nodejs/bin/node", ...program],
      {
        encoding: "utf8",
        maxBuffer: 256 * 1024 * 1024,
        env: { ...root.recipe.environment, PATH: process.env["PATH"] ?? "", ...more },
      },
    );
  }
});

/** Path, rights and content of every file, sorted. */
function filesOf(folder: string): readonly string[] {
  return globSync("**/*", { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => {
      const { mode } = statSync(join(folder, path));
      const digest = hash("sha256", readFileSync(join(folder, path)));
      return `${path} ${mode.toString(8)} ${digest}`;
    })
    .toSorted();
}
