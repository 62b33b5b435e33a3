import { TransportError } from "@slotscope/device-transport";
import { FileError } from "@slotscope/device-transport/files";
import { CommandFailure } from "../command-line/command.js";

/** What went wrong at a board as a CommandFailure; any other error as it is. */
export function toBoardFailure(error: unknown): unknown {
  if (error instanceof TransportError) return new CommandFailure(asSentence(error.message));
  if (error instanceof FileError) return new CommandFailure(error.message);
  return error;
}

/** A message as a sentence of its own; a port or address that it begins with stays as it is written. */
export function asSentence(text: string): string {
  const first = /^[a-z]+(?=[ ,;'])/.test(text) ? text.slice(0, 1).toUpperCase() : text.slice(0, 1);
  return `${first}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
