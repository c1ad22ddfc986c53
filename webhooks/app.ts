/** The routes of the webhook server. Bodies come in and answers go out through the environment, see `node-adapter.ts`. */
import { type Context, Hono } from "hono";
import { MalformedJson } from "./lossless-json.ts";
import type { WebhookObserver } from "./observer.ts";
import type { ReviewBody } from "./review-body.ts";
import { type Answer, type Fault, faultAnswer } from "./status-answer.ts";

/** Answers one review from its body. Throws MalformedJson for a body that is none; anything else is our fault. */
export type ReviewHandler = (body: ReviewBody) => Answer | Promise<Answer>;

/** The four webhooks, by the last part of their path. */
export interface ReviewHandlers {
  readonly mutate: ReviewHandler;
  readonly validate: ReviewHandler;
  readonly protect: ReviewHandler;
  readonly convert: ReviewHandler;
}

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

/** Builds the app; it holds no state. */
export function createWebhookApp(handlers: ReviewHandlers, observer: WebhookObserver): WebhookApp {
  const app = new Hono<Env>();
  const routes: readonly [string, ReviewHandler][] = [
    ["/mutate", handlers.mutate],
    ["/validate", handlers.validate],
    ["/protect", handlers.protect],
    ["/convert", handlers.convert],
  ];
  for (const [path, handler] of routes) {
    app.post(path, (context) => answer(context, handler));
    app.on(OTHER_METHODS, path, (context) => refuse(context, METHOD_FAULT));
  }
  app.notFound((context) => refuse(context, { code: 404, message: "no such webhook" }));
  app.onError((error, context) => {
    if (error instanceof MalformedJson) {
      return refuse(context, { code: 400, message: error.message });
    }
    observer.panicked(context.req.path, error);
    return refuse(context, PANIC_FAULT);
  });
  return app;
}

/** Every method but POST; listing them keeps the POST route free of a second handler, and so of promises. */
const OTHER_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const METHOD_FAULT: Fault = { code: 405, message: "only POST is allowed" };
const PANIC_FAULT: Fault = {
  code: 500,
  message: "the operator failed to judge this request; its log says why",
};

function answer(context: Context<Env>, handler: ReviewHandler): Response | Promise<Response> {
  const { body } = context.env;
  if (typeof body === "object" && "fault" in body) return refuse(context, body.fault);
  const result = handler(body);
  return result instanceof Promise
    ? result.then((late) => context.env.reply(late))
    : context.env.reply(result);
}

function refuse(context: Context<Env>, fault: Fault): Response {
  return context.env.reply(faultAnswer(fault));
}
