import type { KubeObject } from "../src/domain/kube-object.ts";
import type { JudgedKind } from "../src/domain/written-verdict.ts";

/** A kind with what admission needs to judge its objects; the composition root makes it. */
export type AdmittedKind = JudgedKind<KubeObject>;
