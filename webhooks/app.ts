/** The routes of the webhook server. Bodies come in and answers go out through the environment, see `node-adapter.ts`. */
import { type Context, Hono } from "hono";
import { MalformedJson } from "./lossless-json.ts";
import type { WebhookName, WebhookObserver } from "./observer.ts";
import type { ReviewBody } from "./review-body.ts";
import { type Answer, type Fault, faultAnswer } from "./status-answer.ts";

/** Answers one review from its body. Throws MalformedJson for a body that is none; anything else is our fault. */
export type ReviewHandler = (body: ReviewBody) => Answer | Promise<Answer>;

/** A handler for each webhook; the name is its path. */
export type ReviewHandlers = Readonly<Record<WebhookName, ReviewHandler>>;

/** What the adapter gives the app with each request. */
export interface Exchange {
  /** The body, or why there is none that a handler may see. */
  readonly body: ReviewBody | { readonly fault: Fault };
  /** Sends the answer and gives the marker that tells Hono so: building a Response costs more than a small review. */
  reply(answer: Answer): Response;
}

type Env = { readonly Bindings: Exchange };

/** The app that `nodeListener` drives. */
export type WebhookApp = Hono<Env>;

/** Every method but POST; listing them keeps the POST route free of a second handler, and so of promises. */
const OTHER_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/** Builds the app; it holds no state. */
export function createWebhookApp(handlers: ReviewHandlers, observer: WebhookObserver): WebhookApp {
  const app = new Hono<Env>();
  const refuse = (context: Context<Env>, fault: Fault): Response => {
    observer.faulted(webhookOf(context), fault.code);
    return context.env.reply(faultAnswer(fault));
  };
  const serve = (context: Context<Env>, handler: ReviewHandler): Response | Promise<Response> => {
    const { body } = context.env;
    if (typeof body === "object" && "fault" in body) return refuse(context, body.fault);
    const answer = handler(body);
    return answer instanceof Promise
      ? answer.then((late) => context.env.reply(late))
      : context.env.reply(answer);
  };
  for (const name of WEBHOOKS) {
    app.post(`/${name}`, (context) => serve(context, handlers[name]));
    app.on(OTHER_METHODS, `/${name}`, (context) =>
      refuse(context, { code: 405, message: "only POST is allowed" }),
    );
  }
  app.notFound((context) => refuse(context, { code: 404, message: "no such webhook" }));
  app.onError((error, context) => {
    const isMalformed = error instanceof MalformedJson;
    if (!isMalformed) observer.panicked(webhookOf(context), error);
    return refuse(context, isMalformed ? { code: 400, message: error.message } : PANIC);
  });
  return app;
}

const WEBHOOKS: readonly WebhookName[] = ["mutate", "validate", "protect", "convert"];
const PANIC: Fault = {
  code: 500,
  message: "the operator failed to judge this request; its log says why",
};

function webhookOf(context: Context<Env>): WebhookName | "unknown" {
  return WEBHOOKS.find((name) => context.req.path === `/${name}`) ?? "unknown";
}
