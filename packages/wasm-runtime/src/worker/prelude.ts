/**
 * Python code of ours inside the VM. It lies in a virtual folder that no listing shows; frames of these files
 * are recognised by the folder's name as not the user's.
 */
export const shimFolder = "/.slotscope";

/**
 * The package `asyncio` as boards have it. The port's own runs tasks from JavaScript timers, between two calls into
 * the VM, so it has no `run`. This one is found first and takes all its parts from the port's frozen package; only what
 * schedules is replaced: tasks run from inside `run`, and the time between is slept.
 */
const asyncioPackage = String.raw`
__path__ = '.frozen/asyncio'
from . import core
from .core import *
from .core import Task, create_task, _run_iter
from .funcs import wait_for, wait_for_ms, gather
from .event import Event
from .lock import Lock
from time import sleep_ms as _pause, ticks_ms as _ticks, ticks_diff as _diff

__version__ = (3, 0, 0)

class _Finished(BaseException):
    pass

def _finish(task, er):
    task.state = False
    task.data = er
    raise _Finished

def _complete(task):
    task.state = _finish
    try:
        while True:
            _run_iter()
            head = core._task_queue.peek()
            # With nothing left to wake it, the loop waits for ever, as on a board.
            _pause(max(0, _diff(head.ph_key, _ticks())) if head else 1000)
    except _Finished:
        pass
    finally:
        core.cur_task = None
    return _result(task)

def _result(task):
    er = task.data
    if isinstance(er, StopIteration):
        return er.value
    raise er

def run(coro):
    return _complete(create_task(coro))

def _run_until_complete(aw):
    task = core._promote_to_task(aw)
    return _complete(task) if task.state else _result(task)

async def _stopper():
    pass

_stop_task = None

def _run_forever():
    global _stop_task
    _stop_task = Task(_stopper(), core.__dict__)
    _complete(_stop_task)

def _stop():
    global _stop_task
    if _stop_task is not None:
        core._task_queue.push(_stop_task)
        _stop_task = None

def __getattr__(name):
    if name == 'Future':
        from .future import Future
        return Future
    raise AttributeError(name)

def current_task():
    if core.cur_task is None:
        raise RuntimeError('no running event loop')
    return core.cur_task

def get_event_loop(runq_len=0, waitq_len=0):
    return core.Loop

core.Loop.run_until_complete = _run_until_complete
core.Loop.run_forever = _run_forever
core.Loop.stop = _stop
core.run = run
core.current_task = current_task
core.get_event_loop = get_event_loop
# The queue calls this with a number at each push; it is to do nothing, and a builtin costs nothing.
core._schedule_run_iter = abs
core.new_event_loop()
core.cur_task = None
`;

/** Modules that boards have and no computer has. */
const boardModules = ["machine", "network", "bluetooth", "neopixel", "esp", "esp32", "rp2", "pyb"];

/** Found last of all, so that a program's own stand-in comes first: an error that says more than that there is none. */
const absentModules = Object.fromEntries(
  boardModules.map((name) => [
    `absent/${name}.py`,
    `raise ImportError("no module named '${name}': it is a board's, and this MicroPython runs on a computer")\n`,
  ]),
);

/** Files of ours in the shim folder, imported only by programs that need them. */
export const shimFiles: Readonly<Record<string, string>> = {
  ...absentModules,
  "lib/asyncio/__init__.py": asyncioPackage,
  "modules/time.py": "from utime import *\n",
  "modules/os.py": "from uos import *\n",
};

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
# For the agent: what it allocates between the two and nothing refers to any more is freed.
mark = _host.mark
release = _host.release
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

def _own(name):
    # Modules in C can't be changed. One of ours stands for it, with all that it has.
    sys.path.insert(0, '${shimFolder}/modules')
    _modules.pop(name, None)
    try:
        return __import__(name)
    finally:
        sys.path.pop(0)

builtins.input = input
try:
    time.sleep = sleep
except AttributeError:
    time = _own('time')
    time.sleep = sleep
time.sleep_ms = sleep_ms
time.sleep_us = sleep_us
_modules['utime'] = time
sys.path.insert(sys.path.index('.frozen'), '${shimFolder}/lib')
sys.path.append('${shimFolder}/absent')
`;

const environment = String.raw`
import os
_env = _host.env
def getenv(name, default=None):
    value = _env(name)
    return default if value is None else value
try:
    os.getenv = getenv
except AttributeError:
    os = _own('os')
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
