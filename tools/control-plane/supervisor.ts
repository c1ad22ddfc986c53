import { rmSync } from "node:fs";
import { apiClient } from "./api-client.ts";
import { assemble, prepareFolder } from "./assembly.ts";
import type { ComponentProcess } from "./component-process.ts";
import { ComponentFailed, startComponent } from "./component-process.ts";
import { layoutOf } from "./layout.ts";
import type { Connection, Plan } from "./plan.ts";
import { identityOf } from "./process-identity.ts";
import type { NamedProcess } from "./state-file.ts";
import { removeState, writeState } from "./state-file.ts";
import type { SupervisorMessage } from "./supervisor-message.ts";
import { isOwnerMessage } from "./supervisor-message.ts";
import { provisionVolumes } from "./volume-provisioner.ts";

const startAttempts = 3;
const portTaken = /address already in use/;

/**
 * The process that owns the components of one control plane. It is started with an IPC channel and told what to do over it; when the
 * channel closes and it was not released, its owner has gone or crashed, and it stops everything. It also stops everything when it is
 * asked to by a signal, or when a component ends by itself.
 */
class Supervisor {
  readonly #stopping = new AbortController();
  readonly #components: ComponentProcess[] = [];
  #plan: Plan | undefined;
  #isReleased = false;
  #server = "";
  #isReady = false;

  onMessage(message: unknown): void {
    if (!isOwnerMessage(message)) return;
    switch (message.kind) {
      case "start":
        void this.#run(message.plan);
        return;
      case "release":
        this.#isReleased = true;
        return;
      case "stop":
        this.stop("asked to stop");
        return;
    }
  }

  onOwnerGone(): void {
    if (!this.#isReleased) this.stop("the owner has gone");
  }

  /** Ends everything; what is running at the moment is awaited by #run. */
  stop(reason: string): void {
    this.#stopping.abort(new Error(reason));
    if (this.#plan === undefined) process.exit(0);
  }

  async #run(plan: Plan): Promise<void> {
    this.#plan = plan;
    const signal = this.#stopping.signal;
    let failure = "";
    try {
      const connection = await this.#startAnew(plan, startAttempts);
      this.#server = connection.server;
      this.#isReady = true;
      this.#writeState();
      tell({ kind: "ready", connection });
      failure = await this.#keep(plan, connection);
    } catch (error) {
      if (!signal.aborted) failure = error instanceof Error ? error.message : String(error);
    }
    await this.#end();
    if (failure !== "") tell({ kind: "failed", reason: failure });
    process.exit(failure === "" ? 0 : 1);
  }

  /** Between choosing a free port and listening on it another program can take it; then all is chosen anew. */
  async #startAnew(plan: Plan, attempts: number): Promise<Connection> {
    try {
      return await this.#start(plan);
    } catch (error) {
      const isPortTaken = error instanceof ComponentFailed && portTaken.test(error.message);
      if (!isPortTaken || attempts <= 1) throw error;
      await this.#stopComponents();
      return await this.#startAnew(plan, attempts - 1);
    }
  }

  async #start(plan: Plan): Promise<Connection> {
    const layout = layoutOf(plan.folder);
    const token = prepareFolder(plan, layout);
    return await assemble(plan, layout, token, {
      signal: this.#stopping.signal,
      onProgress: (line) => tell({ kind: "progress", line }),
      launch: (component) => {
        const binary = plan.binaries[component.name];
        if (binary === undefined) throw new Error(`no binary for ${component.name}`);
        const running = startComponent(component, binary, layout);
        this.#components.push(running);
        this.#writeState();
        return running;
      },
    });
  }

  /** Serves until it is stopped; answers why when a component ended by itself. */
  async #keep(plan: Plan, connection: Connection): Promise<string> {
    const signal = this.#stopping.signal;
    const api = apiClient(connection);
    const onError = (line: string) => process.stderr.write(`${line}\n`);
    const options = { volumesIn: plan.realNode?.volumesIn, onError };
    const volumes = plan.scope === "full" ? provisionVolumes(api, options, signal) : undefined;
    const stopped = Promise.withResolvers<string>();
    signal.addEventListener("abort", () => stopped.resolve(""), { once: true });
    if (signal.aborted) stopped.resolve("");
    const failure = await Promise.race([stopped.promise, this.#firstEnd()]);
    this.#stopping.abort();
    await volumes;
    api.close();
    return failure;
  }

  async #firstEnd(): Promise<string> {
    return await Promise.race(
      this.#components.map(async (component) => {
        await component.ended;
        return `ended by itself: ${component.describe()}`;
      }),
    );
  }

  /** Last started, first stopped: nothing writes to a server that is gone. */
  async #stopComponents(): Promise<void> {
    const [store, server, ...others] = this.#components.splice(0);
    await Promise.all(others.map((component) => component.stop()));
    await server?.stop();
    await store?.stop();
  }

  async #end(): Promise<void> {
    await this.#stopComponents();
    if (this.#plan === undefined) return;
    removeState(layoutOf(this.#plan.folder).stateFile);
    if (this.#plan.isTemporary) rmSync(this.#plan.folder, { recursive: true, force: true });
  }

  #writeState(): void {
    if (this.#plan === undefined) return;
    const own = identityOf(process.pid);
    const supervisor: readonly NamedProcess[] = own ? [{ ...own, name: "supervisor" }] : [];
    writeState(layoutOf(this.#plan.folder).stateFile, {
      server: this.#server,
      isReady: this.#isReady,
      nodes: this.#plan.nodes,
      processes: [...supervisor, ...this.#components.map((component) => component.identity)],
    });
  }
}

function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message, () => undefined);
}

if (import.meta.main) {
  const supervisor = new Supervisor();
  process.on("message", (message) => supervisor.onMessage(message));
  process.on("disconnect", () => supervisor.onOwnerGone());
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.on(signal, () => supervisor.stop(signal));
}
