import { buildTools } from "./build-firmware.mjs";
import { qemu } from "./build-qemu.mjs";
import { unix } from "./build-unix.mjs";
import { wasm } from "./build-wasm.mjs";

/** What can be built, by name. */
export const targets = { unix, qemu, wasm };

/** What `ensurePackages` has to see to before the targets of `test:firmware` can be built and tested. */
export const neededPackages = [
  ...buildTools,
  // The transports' tests put MicroPython's unix port behind a pseudo terminal.
  { command: "socat", packages: ["socat"] },
  ...[unix, qemu].flatMap((target) => [...target.needs, ...(target.testNeeds ?? [])]),
];
