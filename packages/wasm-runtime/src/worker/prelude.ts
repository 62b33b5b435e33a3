/**
 * Python code of ours inside the VM. It lies in a virtual folder that no listing shows; frames of these files
 * are recognised by the folder's name as not the user's.
 */
export const shimFolder = "/.slotscope";

/** Files of ours in the shim folder, imported only by programs that need them. */
export const shimFiles: Readonly<Record<string, string>> = {};

/**
 * Runs first. `wait(ms, watch)` of the host blocks without load, and returns true before its time when input has
 * come and `watch` is 1, or when a KeyboardInterrupt is to be raised at the next branch.
 */
const boot = String.raw`
import sys, builtins, micropython, time
from time import ticks_ms, ticks_add, ticks_diff

_modules = sys.modules
_host = _modules['.slotscope']
_wait = _host.wait
_look = _host.look
_read = sys.stdin.buffer.read
_cr = False

def attend(_):
    agent = _modules.get('_slotscope_agent')
    if agent:
        call = getattr(agent, 'attend', None)
        if call:
            call()

def sleep_ms(ms):
    while ms > 0:
        piece = min(ms, 1000000)
        ms -= piece
        end = ticks_add(ticks_ms(), int(piece))
        while piece > 0:
            agent = _modules.get('_slotscope_agent')
            if _wait(piece, 1 if agent else 0):
                agent.poll()
            piece = ticks_diff(end, ticks_ms())

def sleep(s):
    sleep_ms(s * 1000)

def sleep_us(us):
    sleep_ms(us / 1000)

def input(prompt=None):
    global _cr
    if prompt is not None:
        print(prompt, end='')
    line = bytearray()
    while True:
        c = _read(1)
        if c == b'\n' and _cr:
            _cr = False
            continue
        _cr = c == b'\r'
        if not c or c == b'\x04' and not line:
            if line:
                break
            raise EOFError
        if _cr or c == b'\n':
            break
        line.extend(c)
    return str(line, 'utf-8')

builtins.input = input
time.sleep = sleep
time.sleep_ms = sleep_ms
time.sleep_us = sleep_us
_modules['utime'] = time
`;

const environment = String.raw`
import os
_env = _host.env
def getenv(name, default=None):
    value = _env(name)
    return default if value is None else value
os.getenv = getenv
`;

/** Schedules the call for input attention and shows its address, before it can run. */
const calibration = String.raw`
def calibrate(mark):
    micropython.schedule(attend, mark)
    _look(id(attend))
`;

/** The boot code, under a file name of its own; its names end up in the dictionary `sys.modules['.slotscope']`. */
export function bootSource(withEnvironment: boolean): string {
  const source = `${boot}${withEnvironment ? environment : ""}${calibration}`;
  return [
    "_ = {'__name__': '.slotscope'}",
    `exec(compile(${pythonString(source)}, '${shimFolder}/boot.py', 'exec'), _)`,
    "_['_modules']['.slotscope'] = _",
    "del _",
  ].join("\n");
}

function pythonString(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}
