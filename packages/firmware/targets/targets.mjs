import { buildTools } from "./build-firmware.mjs";
import { qemu } from "./build-qemu.mjs";
import { unix } from "./build-unix.mjs";

/** What can be built, by name. */
export const targets = { unix, qemu };

/** What `ensurePackages` has to see to before every target can be built and tested. */
export const neededPackages = [
  ...buildTools,
  ...Object.values(targets).flatMap((target) => [...target.needs, ...(target.testNeeds ?? [])]),
];
