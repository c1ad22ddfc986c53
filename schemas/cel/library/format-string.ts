/** `"...".format([...])`: cel-go's ext/formatting.go, the version before 4, in its locale en_US. */
import { CelError, type CelList, type CelValue } from "../values/cel-value.ts";
import { type Clause, clauseFor } from "./format-clause.ts";

const DIGITS = /^\.(\d*)/;

/** Fills the clauses (`%s`, `%d`, `%.3f`, ...) with the elements of the list, in order. */
export function formatString(template: string, args: CelList): CelValue {
  let result = "";
  let position = 0;
  let used = 0;
  while (position < template.length) {
    const percent = template.indexOf("%", position);
    if (percent < 0) {
      break;
    }
    result += template.slice(position, percent);
    if (template[percent + 1] === "%") {
      result += "%";
      position = percent + 2;
      continue;
    }
    const piece = formatClause(template, percent, args, used);
    if (piece instanceof CelError) {
      return piece;
    }
    result += piece.text;
    position = piece.end;
    used++;
  }
  return result + template.slice(position);
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

function formatClause(
  template: string,
  percent: number,
  args: CelList,
  used: number,
): Piece | CelError {
  if (used >= args.size) {
    return new CelError(`index ${used} out of range`);
  }
  if (percent + 1 >= template.length) {
    return new CelError("unexpected end of string");
  }
  const clause = parseClause(template, percent + 1);
  if (clause instanceof CelError) {
    return clause;
  }
  const value = args.get(used);
  const text = value instanceof CelError ? value : clause.format(value);
  if (typeof text === "string") {
    return { text, end: clause.end };
  }
  return value instanceof CelError
    ? value
    : new CelError(`error during formatting: ${text.message}`);
}

function parseClause(template: string, start: number): { format: Clause; end: number } | CelError {
  const precision = DIGITS.exec(template.slice(start));
  const at = start + (precision?.[0].length ?? 0);
  const verb = String.fromCodePoint(template.codePointAt(at) ?? 0);
  if (precision !== null && at >= template.length) {
    return unparsable("error while parsing precision: could not find end of precision specifier");
  }
  if (precision?.[1] === "") {
    return unparsable(
      'error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
    );
  }
  const format = clauseFor(verb, precision === null ? undefined : Number(precision[1]));
  return format === undefined
    ? unparsable(`unrecognized formatting clause "${verb}"`)
    : { format, end: at + 1 };
}

function unparsable(reason: string): CelError {
  return new CelError(`could not parse formatting clause: ${reason}`);
}
