const path = process.env["SLOTSCOPE_UNIX"];
if (path === undefined) throw new Error("SLOTSCOPE_UNIX must name the unix port to test with");

/** MicroPython's unix port to test with. */
export const executable = path;

/** How frames are read there. */
export const tier = process.env["SLOTSCOPE_UNIX_TIER"] === "native" ? "native" : "peek";
