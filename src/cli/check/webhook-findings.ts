/** Whether requests come through our webhooks: their configurations, the Service behind them, and real dry runs. */
import { isRecord, valueAt } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import { clientConfigs } from "../cluster/gather.ts";
import { type DryRun, gapOf, objectNamed, objectsOf, type World } from "../cluster/world.ts";
import { type Finding, pass, problem } from "./finding.ts";
import { isWebhookFailure, webhookFault } from "./webhook-error.ts";

const CONFIGURATIONS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

/** Configurations first, then what they lead to, then the way as a whole. */
export function webhookFindings(world: World): readonly Finding[] {
  return [
    ...CONFIGURATIONS.flatMap((kind) => configurationFindings(world, kind)),
    ...serviceFindings(world),
    ...world.dryRuns.map(dryRunFinding),
  ];
}

function configurationFindings(
  world: World,
  kind: (typeof CONFIGURATIONS)[number],
): readonly Finding[] {
  const gap = gapOf(world, `${kind}s`);
  if (gap !== undefined) {
    return [problem("unknown", "webhooks", kind, { reason: "NotReadable", message: gap.message })];
  }
  const own = objectsOf(world, kind).filter((one) => clientConfigs(one).length > 0);
  if (own.length === 0) {
    const found = {
      reason: "WebhookMissing",
      message: "there is none for prism.io: objects are stored without defaults and rules",
      fix: "install the chart, or start the operator with --install",
    };
    return [problem("fail", "webhooks", kind, found)];
  }
  return own.map((one) => {
    const open = listAt(one, "webhooks").filter(
      (hook) =>
        textAt(hook, "failurePolicy") === "Ignore" && textAt(hook, "name") !== "protect.prism.io",
    );
    const subject = `${kind} ${one.metadata.name}`;
    if (open.length === 0) return pass("webhooks", subject, "is there and fails closed");
    const names = open.map((hook) => textAt(hook, "name")).join(", ");
    const message = `${names} has failurePolicy Ignore: while the operator is away anything is stored`;
    return problem("warn", "webhooks", subject, { reason: "FailsOpen", message });
  });
}

/** A Service without ready endpoints cannot answer; the API server calls endpoints, not the Service's address. */
function serviceFindings(world: World): readonly Finding[] {
  const services = new Map(
    world.objects.flatMap(clientConfigs).flatMap(({ config }) => {
      const namespace = textAt(config, "service", "namespace");
      const name = textAt(config, "service", "name");
      return namespace === undefined || name === undefined
        ? []
        : [[`${namespace}/${name}`, { namespace, name }] as const];
    }),
  );
  return [...services.values()].map(({ namespace, name }) =>
    serviceFinding(world, namespace, name),
  );
}

function serviceFinding(world: World, namespace: string, name: string): Finding {
  const subject = `Service ${namespace}/${name}`;
  const gap = gapOf(world, `Services in ${namespace}`);
  if (gap !== undefined) {
    return problem("unknown", "webhooks", subject, { reason: "NotReadable", message: gap.message });
  }
  if (objectNamed(world, "Service", name, namespace) === undefined) {
    const fault = webhookFault(`service "${name}" not found`);
    const message = "does not exist, and the webhooks are called there";
    return problem("fail", "webhooks", subject, {
      reason: "ServiceMissing",
      message,
      fix: fault?.fix,
    });
  }
  const ready = objectsOf(world, "EndpointSlice", namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => listAt(slice, "endpoints"))
    .filter(
      (endpoint) => valueAt(endpoint, ["conditions", "ready"]) !== false && isRecord(endpoint),
    );
  if (ready.length > 0) return pass("webhooks", subject, `has ${ready.length} ready endpoints`);
  const fault = webhookFault("no endpoints available for service");
  const message = fault?.meaning ?? "has no ready endpoints";
  return problem("fail", "webhooks", subject, { reason: "NoEndpoints", message, fix: fault?.fix });
}

function dryRunFinding(run: DryRun): Finding {
  const subject = `Dry run of ${run.subject}`;
  const { code, message } = run;
  if (code === 403 && !/admission webhook/.test(message)) {
    const fix = "ask somebody who may create prism.io objects to run this";
    return problem("unknown", "webhooks", subject, { reason: "Forbidden", message, fix });
  }
  if (code === 404) {
    const fault = webhookFault("404 page not found");
    return problem("fail", "webhooks", subject, { reason: "NotServed", message, fix: fault?.fix });
  }
  if (!isWebhookFailure(code, message) || code < 400) {
    const told = code < 400 ? "was accepted" : "was judged, and refused for what the probe lacks";
    return pass("webhooks", subject, `came through conversion and admission: it ${told}`);
  }
  const fault = webhookFault(message);
  const meaning = fault === undefined ? "" : `${fault.meaning}: `;
  return problem("fail", "webhooks", subject, {
    reason: fault?.reason ?? "WebhookFailed",
    message: `${meaning}${message}`,
    fix: fault?.fix,
  });
}
