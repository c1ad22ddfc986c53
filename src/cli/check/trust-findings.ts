/** Whether the API server trusts what our webhooks show: the caBundles, their time, and what is served where it can be seen. */
import { X509Certificate } from "node:crypto";
import { textAt } from "../../domain/json-read.ts";
import { clientConfigs } from "../cluster/gather.ts";
import type { Serving, World } from "../cluster/world.ts";
import { type Finding, pass, problem } from "./finding.ts";
import { webhookFault } from "./webhook-error.ts";

/** The operator renews its authority long before; so close to the end nobody renews. */
const SOON_MS = 7 * 86_400_000;
const INJECTS =
  "the running operator writes it within seconds: see that it runs and that nothing writes it back";
const RESTART = "restart the operator, which issues a new certificate when it starts";

/** One finding a webhook and conversion, and one a URL. */
export function trustFindings(world: World): readonly Finding[] {
  const bundles = world.objects
    .flatMap(clientConfigs)
    .map(({ subject, config }) =>
      bundleFinding(subject, textAt(config, "caBundle"), world.takenAt),
    );
  return [...bundles, ...world.servings.map((one) => servingFinding(one, world.takenAt))];
}

function bundleFinding(subject: string, bundle: string | undefined, takenAt: string): Finding {
  if (bundle === undefined || bundle === "") {
    const message = "has no caBundle: the API server trusts nobody there";
    return problem("fail", "certificates", subject, {
      reason: "NoCaBundle",
      message,
      fix: INJECTS,
    });
  }
  const certificates = certificatesIn(bundle);
  if (certificates.length === 0) {
    const message = "its caBundle holds no certificate";
    return problem("fail", "certificates", subject, {
      reason: "BadCaBundle",
      message,
      fix: INJECTS,
    });
  }
  const now = Date.parse(takenAt);
  const last = Math.max(...certificates.map(({ validTo }) => Date.parse(validTo)));
  const until = new Date(last).toISOString();
  if (last <= now) {
    const message = `its caBundle expired at ${until}`;
    return problem("fail", "certificates", subject, {
      reason: "CertificateExpired",
      message,
      fix: RESTART,
    });
  }
  if (last - now < SOON_MS) {
    const message = `its caBundle expires at ${until}, and should have been renewed`;
    return problem("warn", "certificates", subject, {
      reason: "CertificateExpiring",
      message,
      fix: RESTART,
    });
  }
  return pass("certificates", subject, `its caBundle is valid until ${until}`);
}

function certificatesIn(bundle: string): readonly X509Certificate[] {
  const text = Buffer.from(bundle, "base64").toString("utf8");
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

function servingFinding({ url, answer, message, expiresAt }: Serving, takenAt: string): Finding {
  const subject = `Webhook server ${url}`;
  const isExpired = expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(takenAt);
  if (isExpired) {
    const told = `its certificate expired at ${expiresAt}`;
    return problem("fail", "certificates", subject, {
      reason: "CertificateExpired",
      message: told,
      fix: RESTART,
    });
  }
  if (answer === "trusted") {
    return pass(
      "certificates",
      subject,
      `its certificate is trusted and valid until ${expiresAt ?? "?"}`,
    );
  }
  if (answer === "closed") {
    const fault = webhookFault(message);
    const found = {
      reason: fault?.reason ?? "NobodyListens",
      message: `does not answer: ${message}`,
    };
    // Seen from here: a firewall may let the API server through. The dry run is the judge.
    return problem("warn", "certificates", subject, { ...found, fix: fault?.fix });
  }
  const told = `its certificate is not trusted by the caBundle: ${message}`;
  return problem("fail", "certificates", subject, {
    reason: "CertificateNotTrusted",
    message: told,
    fix: INJECTS,
  });
}
