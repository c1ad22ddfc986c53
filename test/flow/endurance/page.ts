import { readFileSync, writeFileSync } from "node:fs";

const PAGE = new URL("../../../docs/endurance.md", import.meta.url);

/** Puts a text between the two lines of the page that name its command. */
export function writePage(command: string, text: string): void {
  const mark = `<!-- printed by npm run ${command} -->`;
  const [before, , after] = readFileSync(PAGE, "utf8").split(mark);
  if (before === undefined || after === undefined)
    throw new Error(`${PAGE.pathname} has no place for ${command}`);
  writeFileSync(PAGE, [before, `\n${text}\n`, after].join(mark));
}
