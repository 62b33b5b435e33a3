import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The words of a command that runs a firmware on the emulated board, its UART wherever `serial` says. */
export function qemuCommand(program, serial = "stdio", more = []) {
  const machine = ["-machine", "mps2-an385", "-nographic", "-monitor", "none", "-semihosting"];
  return ["qemu-system-arm", ...machine, ...more, "-serial", serial, "-kernel", program];
}

/**
 * Starts a firmware on the emulated board. The UART is the child's standard input and output.
 * `more` are further arguments of QEMU's, such as `-icount`.
 */
export function startQemu(program, more = []) {
  const [command, ...words] = qemuCommand(program, "stdio", more);
  return spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
}

/** Starts a firmware, and resolves when QEMU says on `stream` what matches: to the child and the match. */
async function startUntil(program, serial, more, stream, pattern) {
  const [command, ...words] = qemuCommand(program, serial, more);
  const stdio = ["ignore", "inherit", "inherit"];
  stdio[stream === "stdout" ? 1 : 2] = "pipe";
  const child = spawn(command, words, { stdio });
  const exited = once(child, "close").then(() => {
    throw new Error(`qemu-system-arm ended before its serial port was there: ${serial}`);
  });
  const lines = createInterface({ input: child[stream] });
  const said = (async () => {
    for await (const line of lines) {
      const match = pattern.exec(line);
      if (match) return match;
    }
    return exited;
  })();
  return { child, match: await Promise.race([said, exited]) };
}

/**
 * Starts a firmware with the UART on a pseudo terminal, which opens like a serial port. Resolves to `{ child, path }`;
 * rejects if QEMU ends before it has one.
 */
export async function startQemuOnPty(program, more = []) {
  const { child, match } = await startUntil(program, "pty", more, "stdout", /redirected to (\S+)/);
  return { child, path: match[1] };
}

/** Starts a firmware with the UART on a TCP port of this computer. It begins to run when somebody connects. */
export async function startQemuOnTcp(program, port, more = []) {
  const serial = `tcp:127.0.0.1:${port},server=on,wait=on,nodelay=on`;
  const { child } = await startUntil(program, serial, more, "stderr", /waiting for connection/);
  return { child };
}
