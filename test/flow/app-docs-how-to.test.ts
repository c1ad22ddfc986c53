/** All pages of the application team, each after the quick start; and the hand-over of what somebody else set up. */
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { reader } from "./page-reader.ts";

const FOUND = "test/fixtures/migration/by-hand.yaml";

describe("the commands of the how-to pages work", () => {
  const { reads, kubectl } = reader();
  reads("docs/app/quick-start.md");
  reads("docs/app/how-to/add-a-runner.md");
  reads("docs/app/how-to/describe-a-runner-on-its-own.md");
  reads("docs/app/how-to/scale.md");
  reads("docs/app/how-to/enable-a-backend.md");
  reads("docs/app/how-to/rotate-credentials.md");
  reads("docs/app/how-to/use-an-external-backend.md");
  reads("docs/app/how-to/keep-tenants-apart.md");
  reads("docs/app/how-to/replicate-a-backend.md");

  it("there is something to hand over", async () => {
    await kubectl(["create", "namespace", "prism"]);
    await kubectl(["apply", "-n", "prism", "-f", resolve(FOUND)]);
  });
  reads("docs/app/migrate.md");
});
