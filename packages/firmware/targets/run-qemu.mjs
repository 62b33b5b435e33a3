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

/**
 * Starts a firmware with the UART on a pseudo terminal, which opens like a serial port. Resolves to `{ child, path }`;
 * rejects if QEMU ends before it has one.
 */
export async function startQemuOnPty(program, more = []) {
  const [command, ...words] = qemuCommand(program, "pty", more);
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "close").then(() => {
    throw new Error("qemu-system-arm ended before it had a pseudo terminal");
  });
  const lines = createInterface({ input: child.stdout });
  const named = (async () => {
    for await (const line of lines) {
      const [, path] = /redirected to (\S+)/.exec(line) ?? [];
      if (path) return path;
    }
    return exited;
  })();
  return { child, path: await Promise.race([named, exited]) };
}
