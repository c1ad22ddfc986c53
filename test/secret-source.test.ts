import { equal, match, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { digest, secretSource } from "../src/secret-source.ts";

describe("generated secrets", () => {
  it("are passwords of 43 letters and digits, every character as likely as any", () => {
    const all = Array.from({ length: 500 }, () => secretSource.password());
    for (const password of all) match(password, /^[A-Za-z0-9]{43}$/);
    equal(new Set(all).size, all.length);
    const counts = new Map<string, number>();
    for (const character of all.join("")) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    equal(counts.size, 62);
    // 21,500 characters, 347 of each: six standard deviations are 111.
    ok(Math.min(...counts.values()) > 347 - 111 && Math.max(...counts.values()) < 347 + 111);
  });

  it("are ids of a Kafka cluster that its tools take for no option", () => {
    const all = Array.from({ length: 500 }, () => secretSource.clusterId());
    for (const id of all) match(id, /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
    equal(new Set(all).size, all.length);
  });

  it("show in a digest nothing of themselves", () => {
    const password = secretSource.password();
    equal(digest(password), digest(password));
    ok(!digest(password).includes(password.slice(0, 8)));
    match(digest(password), /^[A-Za-z0-9_-]{43}$/);
  });
});
