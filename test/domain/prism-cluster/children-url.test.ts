import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  hostOf,
  passwordOf,
  withDatabase,
  withScheme,
  withUser,
} from "../../../src/domain/prism-cluster/children/url.ts";

const hosts: readonly (readonly [string, string])[] = [
  ["redis://cache:6379", "cache:6379"],
  ["redis://user:p%40ss@cache:6379/2?x=1", "cache:6379"],
  ["nats://a:4222,nats://b:4222", "a:4222"],
  ["https://s3.example.com/path", "s3.example.com"],
  ["k1:9092,k2:9092", "k1:9092"],
  ["redis://[::1]:6379", "[::1]:6379"],
  ["", ""],
];

describe("connection URLs", () => {
  for (const [url, host] of hosts) it(`of ${url} lead to ${host}`, () => equal(hostOf(url), host));

  it("get a scheme only where they have none", () => {
    equal(withScheme("cache:6379", "redis"), "redis://cache:6379");
    equal(withScheme("rediss://cache:6379", "redis"), "rediss://cache:6379");
    equal(withScheme("k1:9092", ""), "k1:9092");
  });

  it("get a database only where they have none", () => {
    equal(
      withDatabase("postgres://db:5432", "prism", "sslmode=disable"),
      "postgres://db:5432/prism?sslmode=disable",
    );
    equal(withDatabase("postgres://db:5432/", "prism", ""), "postgres://db:5432/prism");
    equal(
      withDatabase("postgres://db/own?sslmode=require", "prism", "sslmode=disable"),
      "postgres://db/own?sslmode=require",
    );
    equal(
      withDatabase("postgres://db:5432?sslmode=require", "prism", ""),
      "postgres://db:5432/prism?sslmode=require",
    );
  });

  it("carry any login through, and a WHATWG URL reads it back", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        (user, password) => {
          const url = withUser("redis://cache:6379", user, password);
          equal(passwordOf(url), password);
          equal(hostOf(url), "cache:6379");
          const read = new URL(url);
          equal(decodeURIComponent(read.username), user);
          equal(decodeURIComponent(read.password), password);
        },
      ),
    );
  });

  it("of a list get the login in every member", () => {
    equal(withUser("nats://a:1,nats://b:2", "u", "p"), "nats://u:p@a:1,nats://u:p@b:2");
  });

  it("with a password that is not encoded are read as they are", () => {
    equal(passwordOf("redis://:100%@cache:6379"), "100%");
    equal(passwordOf("redis://cache:6379"), undefined);
  });
});
