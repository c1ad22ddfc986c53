/** What `prismctl validate` loads: a start costs what its modules cost, on every machine alike. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";

const LIST_MODULES = `
  import { registerHooks } from "node:module";
  const urls = [];
  registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
  process.on("exit", () => process.stderr.write(JSON.stringify(urls)));
`;

/** Every module that a call loads, Node's own left out. */
function modulesOf(...args: readonly string[]): readonly string[] {
  const hook = `data:text/javascript,${encodeURIComponent(LIST_MODULES)}`;
  const call = ["--import", hook, "src/cli/prismctl.ts", ...args];
  const { stderr, status } = spawnSync(process.execPath, call, { encoding: "utf8" });
  equal(status, 0, stderr);
  const urls: unknown = JSON.parse(stderr);
  ok(Array.isArray(urls));
  return urls.map(String).filter((url) => url.startsWith("file:"));
}

/** A little more than there are, so that a rule may be added; a whole layer may not. */
const MOST_OF_VALIDATE = 340;
const MOST_OF_HELP = 60;

describe("prismctl starts with what the command needs", () => {
  const validate = modulesOf("validate", "deploy/samples/prism-local.v1alpha1.yaml");

  it("validate loads nothing that renders, talks to a cluster or draws", () => {
    const foreign =
      /\/src\/(?:kube|controller|observe)\/|\/src\/domain\/[a-z-]+\/(?:backends|rendered)|node_modules\/(?:@kubernetes|@hpcc-js|@opentelemetry|pino|diff|fflate)\//;
    deepEqual(
      validate.filter((url) => foreign.test(url)),
      [],
    );
  });

  it("validate loads no more modules than it did", () => {
    ok(validate.length <= MOST_OF_VALIDATE, `${validate.length} modules`);
  });

  it("help loads the declarations of the commands, and none of their code", () => {
    const help = modulesOf("--help");
    ok(help.length <= MOST_OF_HELP, `${help.length} modules`);
  });
});
