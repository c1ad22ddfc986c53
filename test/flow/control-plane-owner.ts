import { startControlPlane } from "../../tools/control-plane/control-plane.ts";

/** A program that owns a control plane, tells its folder and then does nothing: what becomes of the one when the other is killed? */
if (import.meta.main) {
  const plane = await startControlPlane({ scope: "api-server" });
  process.stdout.write(plane.dir);
}
