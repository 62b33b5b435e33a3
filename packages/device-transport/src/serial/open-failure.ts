import { realpath } from "node:fs/promises";
import { TransportError } from "../transport-error.js";
import { describePort, listPorts } from "./list-ports.js";
import { explainBusy, explainDenied } from "./port-access.js";
import { findPortHolders } from "./port-holders.js";

/**
 * Turns what serialport says of a port that can't be opened into an error that says what to do. It has no codes, only
 * texts: the C library's on Linux and macOS, its own on Windows (serialport_unix.cpp, serialport_win.cpp of
 * @serialport/bindings-cpp 13).
 */
export async function explainOpenFailure(path: string, cause: unknown): Promise<TransportError> {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/busy|cannot lock port|access denied/i.test(said)) {
    const file = await realpath(path).catch(() => path);
    const holder = (await findPortHolders([file])).get(file);
    return new TransportError("busy", explainBusy(path, holder), { cause });
  }
  if (/permission denied|not permitted/i.test(said)) {
    return new TransportError("denied", await explainDenied(path), { cause });
  }
  if (/no such (file|device)|file not found|not configured/i.test(said)) {
    const ports = (await listPorts()).map(describePort);
    const there = ports.length === 0 ? "no serial port is there at all" : `there are: ${ports.join("; ")}`;
    return new TransportError("disconnected", `there is no port ${path}; ${there}`, { cause });
  }
  if (/inappropriate ioctl|is a directory|parameter is incorrect/i.test(said)) {
    return new TransportError("protocol", `${path} is no serial port, or takes no such speed (${said})`, {
      cause,
    });
  }
  return new TransportError("disconnected", `${path} can't be opened: ${said}`, { cause });
}
