/** Named formats: k8s.io/apiserver/pkg/cel/library/format.go. */
import {
  CelError,
  CelOpaque,
  CelOptional,
  type CelValue,
  NO_SUCH_OVERLOAD,
} from "../values/cel-value.ts";
import { ListValue } from "../values/list-value.ts";
import { FORMAT_CHECKS, type NamedCheck } from "./format-problem.ts";
import {
  type CelFunction,
  global,
  instance,
  member,
  string,
  takes0,
  takes1,
  takes2,
} from "./function.ts";

/** The value of `format.dns1123Label()`. */
class NamedFormat extends CelOpaque {
  readonly typeName = "kubernetes.NamedFormat";
  readonly goType = "cel.Format";
  override readonly costSize: number;
  readonly name: string;
  readonly problemsOf: NamedCheck["problemsOf"];

  constructor(name: string, { problemsOf, patternLength }: NamedCheck) {
    super();
    this.name = name;
    this.problemsOf = problemsOf;
    this.costSize = patternLength;
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof NamedFormat)) {
      return other instanceof CelError ? other : new CelError(NO_SUCH_OVERLOAD);
    }
    return this.name === other.name;
  }
}

/** format.named, one function a format, validate. */
export function namedFormatFunctions(): CelFunction[] {
  const formats = new Map<string, NamedFormat>();
  for (const [name, check] of FORMAT_CHECKS) {
    formats.set(name, new NamedFormat(name, check));
  }
  return [
    ...global(
      "format.named",
      takes1(string, (name) => new CelOptional(formats.get(name))),
    ),
    ...[...formats].flatMap(([name, format]) =>
      global(
        `format.${name}`,
        takes0(() => format),
      ),
    ),
    ...member("validate", takes2(instance(NamedFormat), string, validate)),
  ];
}

function validate(format: NamedFormat, text: string): CelOptional {
  const problems = format.problemsOf(text);
  return problems.length === 0 ? CelOptional.none : new CelOptional(new ListValue(problems));
}
