/** What a member's answers mean. */
import { conditionAt, listAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { addressKindOf } from "../../domain/prism-federation/address.ts";
import type {
  MemberLook,
  MemberReason,
  SeenCluster,
} from "../../domain/prism-federation/member-look.ts";
import type { ApiFailure } from "../api-result.ts";

const PHASES = ["Pending", "Running", "Degraded", "Failed"] as const;
const MOST_ADDRESSES = 16;

/** A member's PrismCluster as its status describes it; before its operator has looked at the spec it is Pending. */
export function clusterIn(live: KubeObject): SeenCluster {
  const status = live["status"];
  const { generation } = live.metadata;
  const isCurrent = generation === undefined || numberIn(status) === generation;
  const phase = PHASES.find((one) => one === textAt(status, "phase")) ?? "Pending";
  const readyComponents = textAt(status, "readyComponents")?.slice(0, 32);
  const message = textAt(conditionAt(live, "Ready"), "message") ?? "";
  return {
    phase: isCurrent || phase !== "Running" ? phase : "Pending",
    readyComponents,
    isAvailable: textAt(conditionAt(live, "Available"), "status") === "True",
    message: isCurrent ? message : "its operator has not seen the change yet",
  };
}

function numberIn(status: unknown): unknown {
  return typeof status === "object" && status !== null
    ? Reflect.get(status, "observedGeneration")
    : undefined;
}

/** The addresses in the status of a Service or an Ingress; what is no address is left out. */
export function addressesIn(live: KubeObject): readonly string[] {
  const found = listAt(live, "status", "loadBalancer", "ingress").flatMap((entry) => {
    const address = textAt(entry, "ip") ?? textAt(entry, "hostname");
    return address !== undefined && addressKindOf(address) !== undefined ? [address] : [];
  });
  return [...new Set(found)].toSorted().slice(0, MOST_ADDRESSES);
}

/** What a failure says of a member, where it is not about the object that was asked for. */
export function lookAt(failure: ApiFailure): MemberLook {
  const { kind, code, reason, message } = failure;
  const said = printable(message);
  if (kind === "unreachable") {
    if (isTlsFault(reason)) return unknown("Untrusted", `TLS: ${said || reason}`, false);
    return unknown("NoAnswer", said === "" ? reason : said, true);
  }
  if (code === 401) return unknown("Unauthorized", "the credentials are not accepted", false);
  if (code === 403) return unknown("Forbidden", said, false);
  if (kind === "throttled") return unknown("Throttled", "the API server asks to wait", false);
  if (isNotServed(failure)) return unknown("OperatorMissing", MISSING, false);
  return unknown(
    "Failing",
    `the API server answers ${code} ${printable(reason)}`.trim(),
    code >= 500,
  );
}

const MISSING =
  "PrismClusters of this version are not served: the Prism operator is not installed there";

/** What a failure to write a PrismCluster says; the member itself answers. */
export function writeTrouble(failure: ApiFailure): { reason: MemberReason; message: string } {
  const message = printable(failure.message);
  if (isNotServed(failure)) return { reason: "OperatorMissing", message: MISSING };
  const reason = WRITE_REASONS.get(failure.kind) ?? "Failing";
  return { reason, message: message || failure.reason };
}

const WRITE_REASONS: ReadonlyMap<ApiFailure["kind"], MemberReason> = new Map([
  ["invalid", "TemplateRefused"],
  ["not-found", "NamespaceMissing"],
  ["forbidden", "Forbidden"],
]);

/** A path that the API server does not know is answered without a Status. */
export function isNotServed({ code, reason }: ApiFailure): boolean {
  return code === 404 && reason === "";
}

/** OpenSSL's words for a certificate that does not hold (nodejs.org/api/tls.html, "X509 certificate error codes"). */
const TLS_FAULT =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO)/;

function isTlsFault(code: string): boolean {
  return TLS_FAULT.test(code);
}

/** A member writes these texts; they end in a status and on terminals. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]+/g, " ");
  return line.trim().slice(0, 256);
}

/** A look that found out nothing about the member's own state. */
export function unknown(reason: MemberReason, message: string, isSilent: boolean): MemberLook {
  return { kind: "unknown", reason, message, isSilent };
}
