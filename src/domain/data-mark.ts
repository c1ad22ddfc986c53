/** What the volumes of a workload hold. Noted on them once it was ready, since they outlive it and its object. */
export interface DataMark {
  /** The server that wrote it: a type of backend, or `prism-admin`. */
  readonly type: string;
  /** Tag of the server's official image; undefined where an image of the user's hides it. */
  readonly version: string | undefined;
  readonly members: number;
}
