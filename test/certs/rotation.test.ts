import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { connect, createServer, type Server } from "node:tls";
import { ROTATE_ANNOTATION } from "../../certs/authority-secret.ts";
import { SimulatedCluster } from "./simulated-cluster.ts";

/**
 * A rotation while clients come: two replicas that really serve TLS, and a new connection every 20 ms (50 a second) that
 * trusts what the targets hold at that moment. The clock runs through the minutes of the rotation meanwhile.
 */

const EVERY_MS = 20;
/** So that certificates of the moved clock are valid for real clients too. */
const BEHIND_MS = 3 * 3_600_000;
const stop = new AbortController();
let cluster: SimulatedCluster;
const servers: Server[] = [];

before(async () => {
  cluster = new SimulatedCluster(Date.now() - BEHIND_MS, 2);
  for (const isLeader of [true, false]) await startReplica(isLeader);
});
after(() => {
  stop.abort();
  for (const server of servers) server.close();
});

async function startReplica(isLeader: boolean): Promise<void> {
  let server: Server | undefined;
  const keeper = cluster.keeper((leaf) => server?.setSecureContext(leaf), {
    isLeader: () => isLeader,
  });
  server = createServer(await keeper.prepare(stop.signal), (socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  await keeper.establishTrust(stop.signal);
  cluster.run(keeper, stop.signal);
}

function addressOf(replica: number): AddressInfo {
  const address = servers[replica]?.address();
  assert.ok(typeof address === "object" && address !== null);
  return address;
}

/** One handshake with one replica, trusting one target's bundle as it is now; the served certificate's serial number. */
function handshake(count: number): Promise<string> {
  const { port } = addressOf(count % servers.length);
  const ca = cluster.bundle(count % 2);
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca }, () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? "");
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe("a rotation under 50 new connections a second and two replicas", () => {
  it("fails no handshake, and every replica ends with a leaf of the new authority", async () => {
    const authority = (): string | undefined => cluster.secret?.data["ca.crt"];
    const before = authority();
    assert.ok(cluster.secret);
    const annotations = { ...cluster.secret.annotations, [ROTATE_ANNOTATION]: "now" };
    cluster.secret = { ...cluster.secret, annotations };

    const serials = new Set<string>();
    const failures: unknown[] = [];
    let isRotating = true;
    let count = 0;
    const clients = (async () => {
      while (isRotating) {
        await handshake(count++).then(
          (serial) => serials.add(serial),
          (error: unknown) => failures.push(error),
        );
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    })();
    // Fifteen minutes of the clock, slow enough that clients meet every phase.
    for (let step = 0; step < 90; step++) {
      await cluster.advance(10_000, 2_000);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    isRotating = false;
    await clients;

    assert.deepEqual(failures, []);
    assert.notEqual(authority(), before);
    assert.equal(serials.size, 4, "two replicas, each with a leaf of either authority");
    assert.ok(count >= 40, `only ${count} connections`);
  });
});
