/** Semantic versions: k8s.io/apiserver/pkg/cel/library/semverlib.go over github.com/blang/semver/v4. */
import { goQuote } from "../../go-text.ts";
import { CelError, CelOpaque, type CelValue, noSuchOverload } from "../values/cel-value.ts";
import { toInt, UINT64_MAX } from "../values/integer.ts";
import { compareStrings } from "../values/ordering.ts";
import {
  bool,
  type CelFunction,
  global,
  instance,
  member,
  string,
  takes1,
  takes2,
} from "./function.ts";

/** The value of `semver("1.2.3-rc.1")`; build metadata takes no part in comparisons. */
class Semver extends CelOpaque {
  readonly typeName = "kubernetes.Semver";
  readonly goType = "cel.Semver";
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly (bigint | string)[];

  constructor(numbers: readonly bigint[], prerelease: readonly (bigint | string)[]) {
    super();
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  equal(other: CelValue): CelValue {
    return other instanceof Semver ? compare(this, other) === 0 : noSuchOverload(other);
  }
}

const semver = instance(Semver);

/** semver, isSemver, major, minor, patch, compareTo, isLessThan, isGreaterThan. */
export function semverFunctions(): CelFunction[] {
  return [
    ...global("semver", takes1(string, parse), takes2(string, bool, parseOrNormalize)),
    ...global(
      "isSemver",
      takes1(string, (text) => parse(text) instanceof Semver),
      takes2(
        string,
        bool,
        (text, normalize) => parseOrNormalize(text, normalize) instanceof Semver,
      ),
    ),
    ...["major", "minor", "patch"].flatMap((name, index) =>
      member(
        name,
        takes1(semver, ({ numbers }) => toInt(BigInt.asIntN(64, numbers[index] ?? 0n))),
      ),
    ),
    ...member("compareTo", takes2(semver, semver, compare)),
    ...member(
      "isLessThan",
      takes2(semver, semver, (a, b) => compare(a, b) < 0),
    ),
    ...member(
      "isGreaterThan",
      takes2(semver, semver, (a, b) => compare(a, b) > 0),
    ),
  ];
}

function parseOrNormalize(text: string, normalize: boolean): Semver | CelError {
  const normal = normalize ? normalized(text) : text;
  return typeof normal === "string" ? parse(normal) : normal;
}

/** Drops a leading v and leading zeros and fills up to three numbers. */
function normalized(text: string): string | CelError {
  const parts = splitThree(text.replace(/^v/, "")).map((part) =>
    part.length > 1 ? part.replace(/^0+/, "").replace(/^(?!\d)/, "0") : part,
  );
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? "")) {
    return new CelError("short version cannot contain PreRelease/Build meta data");
  }
  return [...parts, "0", "0"].slice(0, 3).join(".");
}

/** Go's strings.SplitN(text, ".", 3). */
function splitThree(text: string): string[] {
  const [first = "", second, ...rest] = text.split(".");
  return [
    first,
    ...(second === undefined ? [] : [second]),
    ...(rest.length === 0 ? [] : [rest.join(".")]),
  ];
}

const NAMES = ["major", "minor", "patch"];

function parse(text: string): Semver | CelError {
  if (text === "") {
    return new CelError("Version string empty");
  }
  const parts = splitThree(text);
  if (parts.length !== 3) {
    return new CelError("No Major.Minor.Patch elements found");
  }
  const [major = "", minor = "", rest = ""] = parts;
  const [beforeBuild = "", build] = cut(rest, "+");
  const [patch = "", prerelease] = cut(beforeBuild, "-");
  const problem =
    [major, minor, patch].map(numberProblem).find((one) => one !== undefined) ??
    prerelease
      ?.split(".")
      .map(prereleaseProblem)
      .find((one) => one !== undefined) ??
    build
      ?.split(".")
      .map(buildProblem)
      .find((one) => one !== undefined);
  return problem === undefined
    ? new Semver(
        [major, minor, patch].map(BigInt),
        (prerelease?.split(".") ?? []).map(identifierOf),
      )
    : new CelError(problem);
}

function cut(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function numberProblem(digits: string, index: number): string | undefined {
  const name = NAMES[index] ?? "";
  // an empty number contains only digits to blang/semver, strconv then refuses it
  if (!/^\d*$/.test(digits)) {
    return `Invalid character(s) found in ${name} number ${goQuote(digits)}`;
  }
  if (digits.length > 1 && digits.startsWith("0")) {
    const title = name.replace(/^./, (letter) => letter.toUpperCase());
    return `${title} number must not contain leading zeroes ${goQuote(digits)}`;
  }
  return uintProblem(digits);
}

function uintProblem(digits: string): string | undefined {
  const quoted = `strconv.ParseUint: parsing ${goQuote(digits)}`;
  if (digits === "") {
    return `${quoted}: invalid syntax`;
  }
  return BigInt(digits) > UINT64_MAX ? `${quoted}: value out of range` : undefined;
}

function prereleaseProblem(identifier: string): string | undefined {
  if (identifier === "") {
    return "Prerelease is empty";
  }
  if (/^\d+$/.test(identifier)) {
    return identifier.length > 1 && identifier.startsWith("0")
      ? `Numeric PreRelease version must not contain leading zeroes ${goQuote(identifier)}`
      : uintProblem(identifier);
  }
  return /^[A-Za-z0-9-]+$/.test(identifier)
    ? undefined
    : `Invalid character(s) found in prerelease ${goQuote(identifier)}`;
}

function buildProblem(identifier: string): string | undefined {
  if (identifier === "") {
    return "Build meta data is empty";
  }
  return /^[A-Za-z0-9-]+$/.test(identifier)
    ? undefined
    : `Invalid character(s) found in build meta data ${goQuote(identifier)}`;
}

function identifierOf(text: string): bigint | string {
  return /^\d+$/.test(text) ? BigInt(text) : text;
}

function compare(left: Semver, right: Semver): number {
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0n;
    if (number !== other) {
      return number > other ? 1 : -1;
    }
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

function comparePrereleases(left: Semver["prerelease"], right: Semver["prerelease"]): number {
  if (left.length === 0 || right.length === 0) {
    return Math.sign(right.length - left.length);
  }
  for (const [index, identifier] of left.entries()) {
    const other = right[index];
    const order = other === undefined ? 1 : compareIdentifiers(identifier, other);
    if (order !== 0) {
      return order;
    }
  }
  return Math.sign(left.length - right.length);
}

function compareIdentifiers(left: bigint | string, right: bigint | string): number {
  if (typeof left === "string" && typeof right === "string") {
    return compareStrings(left, right);
  }
  if (typeof left === "bigint" && typeof right === "bigint") {
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return typeof left === "bigint" ? -1 : 1;
}
