import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { freePorts } from "../../../tools/control-plane/free-port.ts";
import {
  installOfficialRelease,
  isInOfficialRelease,
  releaseFolder,
} from "../../../tools/control-plane/official-release.ts";
import { toolNames, toolOf } from "../../../tools/control-plane/tool.ts";

const version = "v1.37.2";
const architecture = process.arch === "x64" ? "amd64" : process.arch;
const name = `envtest-${version}-${process.platform}-${architecture}.tar.gz`;

/** A real archive, made here, served on loopback as the release site serves it. */
describe("the official archive", () => {
  let folder: string;
  let site: Server;
  let origin: string;
  let archive: Buffer;
  const pages = new Map<string, Buffer | string>();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "release-"));
    const inside = join(folder, "controller-tools", "envtest");
    mkdirSync(inside, { recursive: true });
    for (const tool of ["etcd", "kube-apiserver", "kubectl"]) {
      writeFileSync(join(inside, tool), `#!/bin/sh\necho ${tool}\n`);
      chmodSync(join(inside, tool), 0o755);
    }
    execFileSync("tar", ["-czf", "archive.tar.gz", "controller-tools"], { cwd: folder });
    archive = readFileSync(join(folder, "archive.tar.gz"));
    const [port = 0] = await freePorts(1);
    site = createServer((request, response) => {
      const page = pages.get(request.url ?? "");
      response.writeHead(page === undefined ? 404 : 200).end(page);
    });
    await new Promise<void>((resolve) => site.listen(port, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${port}`;
    pages.set("/archive", archive);
  });
  after(() => {
    site.close();
    site.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  function index(hash: string): void {
    const lines = ["releases:", `  ${version}:`, `    ${name}:`];
    pages.set(
      "/index",
      [...lines, `      hash: ${hash}`, `      selfLink: ${origin}/archive`].join("\n"),
    );
  }

  function install(cache: string, page = "/index") {
    const tools = toolNames.map((tool) => toolOf(tool, version)).filter(isInOfficialRelease);
    const options = { environment: process.env, signal: AbortSignal.timeout(20_000) };
    return installOfficialRelease(tools, version, join(folder, cache), () => undefined, {
      ...options,
      index: `${origin}${page}`,
    });
  }

  it("is unpacked when its checksum is right", async () => {
    index(createHash("sha512").update(archive).digest("hex"));
    assert.deepEqual(await install("good"), { kind: "installed" });
    const kubectl = join(releaseFolder(join(folder, "good"), version), "kubectl");
    assert.equal(execFileSync(kubectl, { encoding: "utf8" }), "kubectl\n");
  });

  it("is refused when its checksum is wrong", async () => {
    index("0".repeat(128));
    const answer = await install("wrong");
    assert.equal(answer.kind, "unavailable");
    assert.match(answer.kind === "unavailable" ? answer.reason : "", /checksum/);
    assert.equal(existsSync(releaseFolder(join(folder, "wrong"), version)), false);
  });

  it("is passed over when the index does not name it", async () => {
    pages.set("/empty", "releases: {}");
    assert.equal((await install("none", "/empty")).kind, "unavailable");
  });

  it("is passed over with the reason when the site does not answer", async () => {
    const answer = await install("gone", "/missing");
    assert.deepEqual(answer, {
      kind: "unavailable",
      reason: "127.0.0.1 answered 404".replace("127.0.0.1", new URL(origin).host),
    });
  });
});
