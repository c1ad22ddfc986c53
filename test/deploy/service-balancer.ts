import { connect, createServer, type Server, type Socket } from "node:net";

/** kube-proxy's part for one Service on loopback: its cluster IP and port, in front of the ports of ready processes. */
export interface ServiceBalancer {
  /** Ports on loopback that get new connections from now on; those that are open stay. */
  use(ports: readonly number[]): void;
  close(): Promise<void>;
}

/** Listens on the cluster IP, which must be an address of loopback. Rejects with EACCES where low ports are reserved. */
export async function startServiceBalancer(
  address: string,
  port: number,
): Promise<ServiceBalancer> {
  let targets: readonly number[] = [];
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = targets[turn++ % Math.max(targets.length, 1)];
    // kube-proxy rejects what has no endpoint. A reset in its place keeps Node from ending: it waits for requests that never come back.
    if (target === undefined) return void client.destroy();
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket)).on("error", () => undefined);
    }
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  await listen(server, address, port);
  return {
    use: (ports) => {
      targets = ports;
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

function listen(server: Server, address: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, address, resolve);
  return promise;
}
