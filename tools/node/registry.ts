/** A registry to pull from and nothing else (distribution-spec v1.1): any name that ends in a repository of the store, in any tag. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ImageStore } from "./image-store.ts";

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const NOT_FOUND = 404;

/** Serves the images of a store until it is closed. */
export async function serveImages(store: ImageStore, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => answer(store, request, response));
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, host, () => listening.resolve());
  await listening.promise;
  return server;
}

function answer(store: ImageStore, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://registry");
  if (pathname === "/v2/") {
    response.end();
    return;
  }
  const [, repository = "", kind = "", reference = ""] =
    /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
  const isTag = kind === "manifests" && !reference.startsWith("sha256:");
  const digest = isTag ? store.manifestOf(repository, reference) : reference;
  const path = digest === undefined ? undefined : store.blob(digest);
  if (digest === undefined || path === undefined) {
    response.writeHead(NOT_FOUND, { "content-type": "application/json" });
    response.end(JSON.stringify({ errors: [{ code: "NAME_UNKNOWN", message: pathname }] }));
    return;
  }
  const type = kind === "manifests" ? MANIFEST_TYPE : "application/octet-stream";
  send(path, type, digest, request.method === "HEAD", response);
}

function send(
  path: string,
  type: string,
  digest: string,
  isHead: boolean,
  response: ServerResponse,
): void {
  const length = statSync(path).size;
  const headers = {
    "content-type": type,
    "content-length": length,
    "docker-content-digest": digest,
  };
  response.writeHead(200, headers);
  if (isHead) response.end();
  else createReadStream(path).pipe(response);
}
