export type { CompilerFacts, DeviceFacts, FactTier, FeatureFacts, FirmwareFacts } from "./facts.js";
export { firmwareQuestion, probeDevice, probeFirmware, readAnswer } from "./probe-firmware.js";
