/** An operator's own metrics, read as Prometheus reads them. */
import type { RunningOperator } from "../running-operator.ts";

/** One sample of the text format (https://prometheus.io/docs/instrumenting/exposition_formats). */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Everything that one scrape told. */
export class Scrape {
  readonly #samples: readonly Sample[];

  constructor(text: string) {
    this.#samples = text.split("\n").flatMap(readSample);
  }

  /** How many series there are. */
  get size(): number {
    return this.#samples.length;
  }

  /** The sum of all series of a name whose labels are among these. */
  sum(name: string, labels: Readonly<Record<string, string | readonly string[]>> = {}): number {
    return this.#of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The values of a name's series by one label. */
  by(name: string, label: string): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#of(name, {}).map(({ labels, value }) => [labels[label] ?? "", value]),
    );
  }

  #of(
    name: string,
    wanted: Readonly<Record<string, string | readonly string[]>>,
  ): readonly Sample[] {
    return this.#samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(wanted).every(([key, values]) =>
          [values].flat().includes(sample.labels[key] ?? ""),
        ),
    );
  }
}

/** Scrapes a running operator. */
export async function scrape(operator: RunningOperator): Promise<Scrape> {
  const port = operator.log.find((line) => "metrics" in line)?.["metrics"];
  const answer = await fetch(`http://127.0.0.1:${String(port)}/metrics`);
  return new Scrape(await answer.text());
}

function readSample(line: string): Sample[] {
  const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === "") return [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, key = "", text = ""]) => [key, text] as const,
  );
  return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
}
