import type { FirmwareProfile } from "@slotscope/firmware-profiles";
import type { ScopeMap } from "@slotscope/locals-mapper";

/** What a call of a function takes for its state array: slots and value stack. */
export interface FrameSize {
  readonly words: number;
  readonly bytes: number;
}

/** The size of a scope's frame on a firmware; undefined for viper and assembler, which have no state array. */
export function frameSizeOf(
  scope: ScopeMap,
  { wordBits }: Pick<FirmwareProfile, "wordBits">,
): FrameSize | undefined {
  if (scope.stateSize === 0) return undefined;
  return { words: scope.stateSize, bytes: (scope.stateSize * wordBits) / 8 };
}

/** `6 words of state (24 bytes)` */
export function describeFrameSize({ words, bytes }: FrameSize): string {
  return `${words} ${words === 1 ? "word" : "words"} of state (${bytes} bytes)`;
}
