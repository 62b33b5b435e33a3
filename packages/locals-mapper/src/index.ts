export { crc32 } from "./crc32.js";
export { createMapper, type Mapper, type TextEdit } from "./create-mapper.js";
export type {
  DebugMap,
  IdMap,
  IdMapKind,
  ScopeBytecode,
  ScopeMap,
  ScopeMapKind,
  SlotInfo,
  SlotKind,
} from "./debug-map.js";
export {
  type BytesDigest,
  type CodeIdentification,
  type CodeIdentity,
  identifyCode,
} from "./identify-code.js";
export type { ImportedModule } from "./find-imports.js";
export type { NameUse } from "./find-names.js";
export type { LineRange } from "./line-table.js";
export type { LineLoop } from "./loops.js";
export { type MapOptions, type MappedSource, mapSource } from "./map-source.js";
export { displaySlots, type FrameIdentity, type NamedFrame, nameFrame } from "./name-frame.js";
export {
  type CompilerOptions,
  type ErrorReporting,
  type FeatureLevel,
  type Features,
  featuresOf,
  type LanguageVersion,
  languageVersions,
  type ModuleConstants,
  type ParseMode,
  type ResolvedOptions,
  resolveOptions,
} from "./options.js";
export type { Problem, ProblemPhase, ProblemType } from "./problems.js";
export { loopLines, nearestStoppableLine, type StoppableLine, stoppableLines } from "./stoppable-lines.js";
