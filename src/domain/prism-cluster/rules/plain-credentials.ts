import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import type { ClusterView } from "./cluster-view.ts";

/** `scheme://user:password@host`: a user alone is no secret. Parts have bounds, so that no text takes long. */
const USER_INFO = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:]{0,256}:[^\s/?#@]{1,1024}@/i;
/** Longer texts are refused by the schema anyway. */
const MAX_LENGTH = 40_000;

/** Free texts must not carry credentials in a URL: they would stand in the object, in ConfigMaps and in pod specs. */
export function checkPlainCredentials(cluster: ClusterView, findings: Findings): void {
  for (const { node, uses } of cluster.patterns) {
    for (const one of node.at("env").items()) {
      checkText(one.at("value"), "use valueFrom.secretKeyRef", findings);
    }
    for (const argument of node.at("args").items()) {
      checkText(argument, "pass it by env with valueFrom.secretKeyRef", findings);
    }
    checkConfig(node.at("config"), findings);
    for (const use of uses) checkConfig(use.node.at("config"), findings);
  }
  for (const { node } of cluster.backends.values()) checkConfig(node.at("config"), findings);
}

function checkConfig(config: JsonNode, findings: Findings): void {
  for (const [, value] of config.entries()) {
    checkText(value, "put it into a Secret that the backend's external.secretRef names", findings);
  }
}

function checkText(node: JsonNode, instead: string, findings: Findings): void {
  const text = node.text();
  if (text === undefined || text.length > MAX_LENGTH) return;
  // Most texts hold no URL, which is found out sooner than that they match nothing.
  if (!text.includes("://") || !USER_INFO.test(text)) return;
  findings.forbidden(node.path, `carries credentials in a URL; ${instead}`, "plain-credentials");
}
