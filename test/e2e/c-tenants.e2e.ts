import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";
import {
  apply,
  findingsOf,
  get,
  kubectl,
  makeNamespace,
  podsOf,
  SHOWS_HEALTH,
  until,
  untilReads,
  untilRunning,
} from "./cluster.ts";
import { installOperator } from "./operator.ts";

const HOME = "tenants";
const AWAY = "tenants-away";
const START_MS = 300_000;
const READ_MS = 180_000;

const KINDS = ["redis", "nats", "postgres", "minio"] as const;
/** Fewest attempts that a runner makes on another tenant's part of a backend. */
const FEWEST_ATTEMPTS = 5;

/** One tenant beside its cluster and one elsewhere, by the ids that the backends know. */
const RED = { name: "red", namespace: HOME, id: "red" } as const;
const BLUE = { name: "blue", namespace: AWAY, id: `${AWAY}_blue` } as const;
const TENANTS = [RED, BLUE];

function cluster(): object {
  const auth = { auth: { enabled: true } };
  const env = [{ name: "TENANTS", value: TENANTS.map(({ id }) => id).join(",") }];
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismCluster",
    metadata: { name: "shared", namespace: HOME },
    spec: {
      admin: { replicas: 1 },
      proxy: { replicas: 1 },
      tenants: { from: "All" },
      patterns: [
        {
          name: "store",
          type: "keyvalue",
          replicas: 1,
          backends: KINDS.map((name) => ({ name })),
          ...SHOWS_HEALTH,
          env: [...SHOWS_HEALTH.env, ...env],
        },
      ],
      // NATS' plain image, which has no shell.
      backends: { redis: auth, nats: { ...auth, version: "2.11" }, postgres: {}, minio: {} },
      deletionPolicy: "Delete",
    },
  };
}

function tenant({ name, namespace }: (typeof TENANTS)[number]): object {
  return {
    apiVersion: "prism.io/v1alpha2",
    kind: "PrismNamespace",
    metadata: { name, namespace },
    spec: {
      cluster: "shared",
      clusterNamespace: HOME,
      patterns: ["store"],
      isolation: "namespace",
    },
  };
}

async function runnerOf({ name, namespace }: (typeof TENANTS)[number]): Promise<string> {
  const pods = await podsOf(namespace, `${name}-store-runner`);
  assert.equal(pods.length, 1);
  return pods[0] ?? "";
}

/** What a backend's own administrator sees. */
async function asAdministrator(backend: string, script: string): Promise<string> {
  return await kubectl("exec", "-n", HOME, `${backend}-0`, "-c", backend, "--", "sh", "-c", script);
}

describe("two tenants of one cluster", () => {
  before(async () => {
    await installOperator();
    await Promise.all([makeNamespace(HOME), makeNamespace(AWAY)]);
    await apply(cluster());
    await untilRunning(HOME, "shared", START_MS);
    await apply(...TENANTS.map(tenant));
  });

  it("write and read in each backend with logins of their own", async () => {
    for (const one of TENANTS) {
      const { name, namespace } = one;
      await until(`${name} Running`, START_MS, async () => {
        const found = await get("prismnamespace", name, "-n", namespace);
        return textAt(found, "status", "phase") === "Running" || undefined;
      });
      const pod = await runnerOf(one);
      await untilReads(namespace, pod, KINDS, [pod], READ_MS);
      const found = await get("prismnamespace", name, "-n", namespace);
      const isolated = listAt(found, "status", "conditions").find(
        (condition) => textAt(condition, "type") === "Isolated",
      );
      assert.equal(textAt(isolated, "status"), "True", textAt(isolated, "message"));
    }
  });

  it("are refused by each backend what is the other's or the cluster's: to read, to write, to list", async () => {
    for (const one of TENANTS) {
      const pod = await runnerOf(one);
      const findings = await findingsOf(one.namespace, pod);
      for (const kind of KINDS) {
        const attempts = findings
          .filter((finding) => finding.kind === kind)
          .flatMap((finding) => finding.attempts);
        assert.ok(attempts.length >= FEWEST_ATTEMPTS, `${kind}: ${attempts.length} attempts`);
        const done = attempts.filter(({ refused }) => !refused);
        assert.deepEqual(done, [], `${one.name} in ${kind}`);
      }
    }
  });

  it("left there what the other would have read", async () => {
    for (const one of TENANTS) {
      const pod = await runnerOf(one);
      const user = `tenant_${one.id}`;
      const key = `tenant:${one.id}:prism-e2e`;
      assert.match(await asAdministrator("redis", `redis-cli HKEYS ${key}`), new RegExp(pod));
      const query = `SELECT pod FROM "${user}".prism_e2e`;
      const psql = `PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"`;
      assert.match(await asAdministrator("postgres", `${psql} -c '${query}'`), new RegExp(pod));
      const bucket = `prism-tenant-${one.id.replaceAll("_", ".")}`;
      const alias =
        'export MC_HOST_own="http://$MINIO_ROOT_USER:$MINIO_ROOT_PASSWORD@127.0.0.1:9000"';
      const list = `${alias}; mc -C /tmp/mc ls own/${bucket}/prism-e2e/`;
      assert.match(await asAdministrator("minio", list), new RegExp(pod));
    }
  });

  it("are nothing to the cluster's own runner", async () => {
    const [own = ""] = await podsOf(HOME, "store-runner");
    const strangers = await Promise.all(TENANTS.map(runnerOf));
    for (const { kind, peers } of await findingsOf(HOME, own))
      assert.ok(!strangers.some((stranger) => peers.includes(stranger)), kind);
  });

  it("cannot log in any more once they are gone", async () => {
    const { name, namespace, id } = BLUE;
    const secret = await get("secret", `${name}-redis-login`, "-n", namespace);
    const password = Buffer.from(textAt(secret, "data", "password"), "base64").toString("utf8");
    const login = `env -u REDISCLI_AUTH redis-cli --user tenant_${id} --pass ${password} PING 2>&1`;
    assert.match(await asAdministrator("redis", login), /NOPERM|PONG/);
    await kubectl("delete", "prismnamespace", name, "-n", namespace, "--timeout=180s");
    await until("the login is refused", READ_MS, async () => {
      return /WRONGPASS/.test(await asAdministrator("redis", login)) || undefined;
    });
  });
});
