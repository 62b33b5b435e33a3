import type { FirmwareFacts } from "@slotscope/device-transport/probe";
import type { OpenedTarget } from "../debugger/types.js";

/** What to say of firmware that is debugged by `sys.settrace` alone. */
const settraceAdvice = {
  pause:
    "Without the module _slotscope this firmware can be paused only where it calls a function or reaches a traced line. docs/firmware.md says how to build one with it.",
  slow: "With `sys.settrace` MicroPython runs at about half its speed or less. Firmware with the module _slotscope runs at full speed.",
};

/** What the user should know of a firmware when it bites. */
export function adviceFor({ tiers }: FirmwareFacts): OpenedTarget["advice"] {
  return tiers.includes("native") ? {} : settraceAdvice;
}
