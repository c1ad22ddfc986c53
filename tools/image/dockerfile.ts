/** What the last stage of a Dockerfile says about the image. */
export interface ImageRecipe {
  readonly workdir: string;
  /** Files and folders of the checkout, and where they go, relative to the working directory. */
  readonly copies: readonly { readonly sources: readonly string[]; readonly target: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/** Reads the last stage. Throws an Error that names the instruction when there is one that it does not know. */
export function readDockerfile(text: string): ImageRecipe {
  const lines = instructionsOf(text);
  const last = lines.findLastIndex((line) => line.startsWith("FROM "));
  const stage = lines.slice(last + 1);
  const of = (name: string): readonly string[] =>
    stage.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const unknown = stage.find((line) => !KNOWN.test(line));
  if (unknown !== undefined) throw new Error(`unknown instruction: ${unknown}`);
  return {
    workdir: of("WORKDIR").at(-1) ?? "/",
    copies: of("COPY")
      .filter((copy) => !copy.startsWith("--from="))
      .map((copy) => copy.split(/\s+/))
      .map((words) => ({ sources: words.slice(0, -1), target: words.at(-1) ?? "." })),
    environment: Object.fromEntries(of("ENV").flatMap((line) => pairsOf(line))),
    user: of("USER").at(-1) ?? "",
    entrypoint: listOf(of("ENTRYPOINT").at(-1) ?? "[]"),
  };
}

const KNOWN = /^(LABEL|WORKDIR|COPY|ENV|USER|RUN|EXPOSE|ENTRYPOINT) /;

/** One line an instruction, without comments. */
function instructionsOf(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "");
}

function pairsOf(line: string): readonly (readonly [string, string])[] {
  return line.split(" ").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
}

function listOf(text: string): readonly string[] {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.map(String) : [];
}
