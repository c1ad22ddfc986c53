/**
 * The mode for programs: one request a line in, one answer a line out, in order and as they come. Numbers keep the form
 * that the API server would print.
 */

import { open } from "node:fs/promises";
import { admit } from "../../../schemas/admit.ts";
import { goJson } from "../../../schemas/go-text.ts";
import { getKey, isObject, type JsonObject, type JsonValue } from "../../../schemas/json.ts";
import { parseJson } from "../../../schemas/parse-json.ts";
import { toCause } from "../../../schemas/problem.ts";
import type { Session } from "../frame/session.ts";
import type { CrdSet } from "../manifest/crd-set.ts";

/** Answers every line of a file, or of standard input for `-`. Refusals are answers like others. */
export async function answerLines(
  crds: CrdSet,
  file: string,
  { stdin, write }: Pick<Session<never>, "stdin" | "write">,
): Promise<void> {
  const input = file === "-" ? stdin : (await open(file)).createReadStream();
  for await (const line of linesOf(input)) {
    if (line.trim() !== "") await write(`${answerLine(crds, line)}\n`);
  }
}

/** The answer to one line, as JSON on one line. A line that is no request is refused with a message. */
export function answerLine(crds: CrdSet, line: string): string {
  const parsed = parseJson(line);
  if (parsed.kind === "malformed") {
    return goJson(refusal(parsed.message));
  }
  const request = isObject(parsed.value) ? parsed.value : {};
  const object = getKey(request, "object");
  const old = getKey(request, "old") ?? null;
  const engine = object === undefined ? undefined : crds.closest(object);
  if (object === undefined || engine === undefined) {
    return goJson(refusal('a line must hold {"object": ...}'));
  }
  const answer = admit(engine, { object, ...(old === null ? {} : { old }) });
  const unevaluated = answer.unevaluated.map(
    (rule): JsonObject => ({ crd: engine.crd.kind, ...rule }),
  );
  if (answer.allowed) {
    return goJson({ allowed: true, object: answer.object, causes: [], unevaluated });
  }
  const causes = answer.problems.map((problem): JsonObject => ({ ...toCause(problem) }));
  const { code, message } = answer;
  return goJson({ allowed: false, object: null, causes, unevaluated, code, message });
}

function refusal(message: string): JsonValue {
  return { allowed: false, object: null, causes: [], unevaluated: [], code: 400, message };
}

/** Lines end with a line feed only: U+2028 may stand inside a JSON string. */
async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of input) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const pieces = text.split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      yield [...rest, piece].join("");
      rest = [];
    }
    rest.push(last);
  }
  yield [...rest, decoder.decode()].join("");
}
