/** The operator's options: what they are, what they default to and how they are read. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { pathOfImage } from "./domain/prism-cluster/children/pinned-image.ts";
import { CLUSTER_DOMAIN, IMAGES_REGISTRY, PRISM_VERSION } from "./domain/prism-release.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "./observe/log.ts";

/** Everything that a person can set. */
export interface Options {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Empty: all namespaces. */
  readonly watchNamespace: readonly string[];
  /** Of the operator itself: lease and certificate authority live there. */
  readonly namespace: string | undefined;
  readonly imagesRegistry: string;
  /** In place of Docker Hub, for images that name no registry. */
  readonly imageMirror: string | undefined;
  /** By path and tag without a registry. */
  readonly imageDigests: Readonly<Record<string, string>>;
  readonly prismVersion: string;
  readonly clusterDomain: string;
  readonly maxConcurrentReconciles: number;
  readonly maxConcurrentRollouts: number;
  readonly resyncMinutes: number;
  readonly leaderElect: boolean;
  readonly leaderElectionNamespace: string | undefined;
  readonly leaderElectionId: string;
  readonly leaderElectionLeaseSeconds: number;
  readonly install: boolean;
  readonly webhooks: boolean;
  readonly webhookMode: "service" | "url";
  readonly webhookHost: string;
  readonly webhookPort: number;
  readonly webhookService: string;
  /** `self` makes and injects its own; else they come as files and somebody else injects. */
  readonly certificateMode: "self" | "certManager" | "provided";
  readonly certificateFolder: string;
  /** The webhook configurations go with the operator's namespace. */
  readonly ownWebhooks: boolean;
  readonly storageMigration: boolean;
  readonly earlyRefusal: boolean;
  readonly conversionBodyMib: number;
  readonly bindAddress: string;
  readonly healthPort: number;
  readonly metricsPort: number;
  /** Metrics by HTTPS, with the webhooks' certificate. */
  readonly metricsTls: boolean;
  /** Only for bearer tokens that may get /metrics. */
  readonly metricsAuthentication: boolean;
  /** PrismClusters that show each of their parts. */
  readonly clusterMetricsLimit: number;
  readonly logLevel: LogLevel;
  /** A file with the level in it, which is followed; it wins over `logLevel`. */
  readonly logLevelFile: string | undefined;
  readonly logFormat: LogFormat;
}

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: "run"; readonly options: Options }
  /** Help or version: print and end well. */
  | { readonly kind: "print"; readonly text: string }
  /** One line for people; end with code 2. */
  | { readonly kind: "refuse"; readonly text: string };

/** Reads the command line over the environment: every option is also a variable, `--health-port` is PRISM_HEALTH_PORT. */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
): Invocation {
  const printed: string[] = [];
  const command = describe(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printed.push(text),
      writeErr: (text) => printed.push(text),
    });
  try {
    command.parse([...argumentsOf(command, environment), ...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const text = printed.join("").trim();
    return error.exitCode === 0 ? { kind: "print", text } : { kind: "refuse", text };
  }
  const options = command.opts<Options>();
  const text = contradictionIn(options);
  return text === undefined ? { kind: "run", options } : { kind: "refuse", text };
}

/** What no single option says wrong. */
function contradictionIn(options: Options): string | undefined {
  const { metricsTls, metricsAuthentication, webhooks } = options;
  if (metricsAuthentication && !metricsTls)
    return "error: --metrics-authentication needs --metrics-tls: tokens are not sent in the clear";
  if (metricsTls && !webhooks)
    return "error: --metrics-tls uses the webhooks' certificate, and --no-webhooks has none";
  return undefined;
}

function describe(version: string): Command {
  const command = new Command("prism-operator")
    .description(
      "Reconciles PrismClusters and answers the API server's webhooks for prism.io, on the cluster of the kubeconfig or of the pod.",
    )
    .version(version)
    .helpOption("-h, --help", "show this page")
    .addHelpText(
      "after",
      "\nIn brackets: the environment variable of each option; the command line wins.",
    )
    .allowExcessArguments(false);
  for (const option of [...CLUSTER(), ...RECONCILIATION(), ...WEBHOOKS(), ...PROCESS()]) {
    command.addOption(option);
  }
  return command;
}

const CLUSTER = (): Option[] => [
  text("kubeconfig <file>", "default: KUBECONFIG, ~/.kube/config or the pod's service account"),
  text("context <name>", "context of the kubeconfig; default: its current one"),
  text("watch-namespace <names>", "only these namespaces, separated by commas; default: all")
    .argParser(namesOf)
    .default([], "all"),
  text("namespace <name>", "the operator's own namespace; default: that of the pod or context"),
  text("cluster-domain <domain>", "DNS domain of the cluster").default(CLUSTER_DOMAIN),
];

const RECONCILIATION = (): Option[] => [
  text("images-registry <prefix>", "registry of the Prism images").default(IMAGES_REGISTRY),
  text("image-mirror <registry>", "in place of Docker Hub for images that name no registry"),
  text(
    "image-digests <images>",
    "digests that images of PrismClusters are pinned to, such as library/redis:7.4-alpine@sha256:..., separated by commas",
  )
    .argParser(digestsOf)
    .default({}, "none"),
  text("prism-version <tag>", "tag of the Prism images").default(PRISM_VERSION),
  whole("max-concurrent-reconciles <n>", "PrismClusters worked on at once", [1, 64], 4),
  whole(
    "max-concurrent-rollouts <n>",
    "PrismClusters whose pods roll at once for a new operator version",
    [1, 1_000],
    1,
  ),
  whole(
    "resync-minutes <n>",
    "look at every PrismCluster this often although nothing happened",
    [1, 1_440],
    10,
  ),
  text("no-leader-elect", "work without a lease: only one process may run"),
  text("leader-election-namespace <name>", "namespace of the lease; default: the operator's own"),
  text("leader-election-id <name>", "name of the lease").default("prism-operator"),
  whole(
    "leader-election-lease-seconds <n>",
    "another process takes over so long after the leader was last heard of",
    [3, 600],
    15,
  ),
];

const WEBHOOKS = (): Option[] => [
  text("install", "apply the CRDs and webhook configurations at start").default(false),
  text("no-webhooks", "only reconcile: another process answers the webhooks"),
  text("webhook-mode <mode>", "how the API server reaches the webhooks")
    .choices(["service", "url"])
    .default("service"),
  text("webhook-host <host>", "in url mode: the name or address that is called").default(
    "127.0.0.1",
  ),
  whole("webhook-port <port>", "port of the webhooks; 0 takes a free one", PORTS, 10_250),
  text("webhook-service <name>", "in service mode: the Service in front of them").default(
    "prism-operator-webhook",
  ),
  text("certificate-mode <mode>", "who looks after the webhooks' certificates")
    .choices(["self", "certManager", "provided"])
    .default("self"),
  text(
    "certificate-folder <folder>",
    "with certManager and provided: where tls.crt and tls.key are, or apiserver.crt and apiserver.key",
  ).default("/etc/prism-operator/certificates"),
  text(
    "own-webhooks",
    "make the operator's namespace the owner of the webhook configurations, so that they go with it",
  ).default(false),
  text(
    "no-storage-migration",
    "leave objects in the version they are stored in; for clusters that use StorageVersionMigration",
  ),
  text(
    "no-early-refusal",
    "let /mutate only default; for clusters where another webhook completes our objects",
  ),
  whole("conversion-body-mib <n>", "largest conversion request", [1, 128], 32),
];

const PROCESS = (): Option[] => [
  text("bind-address <address>", "address to listen on").default("0.0.0.0"),
  whole(
    "health-port <port>",
    "port of /livez, /healthz, /readyz; 0 takes a free one",
    PORTS,
    8_081,
  ),
  whole("metrics-port <port>", "port of /metrics; 0 takes a free one", PORTS, 8_080),
  text("metrics-tls", "serve metrics by HTTPS, with the webhooks' certificate").default(false),
  text(
    "metrics-authentication",
    "ask for a bearer token that the API server lets get /metrics; needs --metrics-tls",
  ).default(false),
  whole(
    "cluster-metrics-limit <n>",
    "show every component of so many PrismClusters; of more, only where one is not ready",
    [0, 10_000],
    25,
  ),
  text("log-level <level>", "least level that is written").choices(LOG_LEVELS).default("info"),
  text("log-level-file <file>", "file with the level in it; followed, so that it can be changed"),
  text("log-format <format>", "auto is text in a terminal, JSON elsewhere")
    .choices(LOG_FORMATS)
    .default("auto"),
];

const PORTS = [0, 65_535] as const;

function text(flags: string, description: string): Option {
  const name = flags.split(" ")[0] ?? "";
  return new Option(`--${flags}`, `${description} [${variableOf(name)}]`);
}

function whole(
  flags: string,
  description: string,
  [least, most]: readonly [number, number],
  value: number,
): Option {
  const parse = (given: string): number => {
    const read = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (read >= least && read <= most) return read;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };
  return text(flags, description).argParser(parse).default(value);
}

/** What the environment says, as arguments that the command line may override. */
function argumentsOf(
  command: Command,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return command.options
    .filter((option) => option.name() !== "version")
    .flatMap((option) => {
      const value = environment[variableOf(option.name())] ?? "";
      return value === "" ? [] : argumentOf(option, value);
    });
}

function argumentOf(option: Option, value: string): string[] {
  if (option.required) return [`--${option.name()}=${value}`];
  const isOn = value === "true" || value === "1";
  return isOn === option.negate ? [] : [option.long ?? ""];
}

/** `PRISM_LEADER_ELECT` for `--no-leader-elect`: variables speak of the thing itself. */
function variableOf(name: string): string {
  return `PRISM_${name.replace(/^no-/, "").replaceAll("-", "_").toUpperCase()}`;
}

function namesOf(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))) return names;
  throw new InvalidArgumentError("must be names of namespaces, separated by commas");
}

/** `library/redis:7@sha256:...,...`; a registry in front is left out, since a mirror has the same content. */
function digestsOf(text: string): Readonly<Record<string, string>> {
  const read = text.split(",").map((one) => /^([^@\s]+)@(sha256:[0-9a-f]{64})$/.exec(one.trim()));
  return Object.fromEntries(
    read.map((found) => {
      const [, image, digest] = found ?? [];
      if (image !== undefined && digest !== undefined) return [pathOfImage(image), digest];
      throw new InvalidArgumentError("must be images as path:tag@sha256:..., separated by commas");
    }),
  );
}
