/** Entry of the worker thread that converts large reviews; does nothing anywhere else. */
import { type MessagePort, parentPort } from "node:worker_threads";
import { KINDS } from "../src/domain/registry.ts";
import type { ConversionJob, ConversionReply } from "./conversion-pool.ts";
import { convertLargeReview } from "./convert-review.ts";
import { MalformedJson } from "./lossless-json.ts";

if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  port.on("message", (job: ConversionJob) => {
    const reply = answer(job);
    port.postMessage(reply, "review" in reply ? [reply.review.bytes.buffer] : []);
  });
}

function answer({ id, body }: ConversionJob): ConversionReply {
  try {
    return { id, review: convertLargeReview(body, KINDS) };
  } catch (error) {
    if (error instanceof MalformedJson) return { id, malformed: error.message };
    return { id, error };
  }
}
