# Slot access, breakpoints, steps and exceptions by the C module _slotscope (packages/firmware/module/README.md). A frame
# is known by the number that the module gives its code state.
import _slotscope
from _slotscope import look

TIER = "native"
MAX_CODES = 64  # functions remembered
# Why the module stops the program, else for a step.
AT_BREAKPOINT = 0
AT_EXCEPTION = 2
ASK = 3

codes = {}  # number of a function: what is known of it
root_state = 0  # the agent's own frame below the program
handling = True  # a function of ours runs that must not be interrupted; also before the program and after it
step_reason = "step"
first_step = 0  # a step asked for before the program began
CALLER = 0  # what look() tells of a frame
SIZE = 1
PARAMETERS = 2
LINE = 3
FUNCTION = 4
CODE_OBJECT = 5
GLOBALS = 6
IS_RUNNING = 7
N_PARAMETERS = 3  # of what is known of a function, beyond stop.py's


def info_of(state):
    key = look(state, FUNCTION)
    info = codes.get(key)
    if info is None:
        if len(codes) >= MAX_CODES:
            codes.clear()
        # The code object keeps the function's code alive, so that its number stays what it means.
        codes[key] = info = [look(state, CODE_OBJECT), 0, None, look(state, PARAMETERS)]
    return info


# inline
def size_of(state):
    return look(state, SIZE)


# inline
def line_of(state):
    return look(state, LINE)


# inline
def globals_of(state):
    return look(state, GLOBALS)


# inline
def parameters_of(info):
    return info[N_PARAMETERS]


# inline
def get_ready():
    # So that no function is forgotten in the middle of a report.
    return len(codes) > MAX_CODES - SENT_FRAMES and codes.clear()


def outer(state):
    # The caller as far as the program goes, else 0.
    state = look(state, CALLER)
    return 0 if state == root_state else state


# inline
def get_slot(state, slot):
    # () if unbound, else (value,)
    return _slotscope.get(state, slot)[1:]


# inline
def set_slot(state, slot, value):
    return _slotscope.put(state, slot, value)


def generator_state(generator):
    running = look(generator, IS_RUNNING)
    return b", finished" if running is None else b", running" if running else b", suspended"


# inline
def generator_frame(generator):
    # The module takes a generator that waits for a frame.
    return generator if look(generator, IS_RUNNING) is False else 0


# inline
def call_at_input(function):
    return _slotscope.attend(function)


def begin_step(how, state, reason):
    global step_reason, first_step
    step_reason = reason
    if root_state:
        _slotscope.step(how, state)
    else:
        first_step = how


# inline
def begin_tracing():
    return None  # the module does it


# inline
def forget_step():
    return None  # the module has


def stop_tracing():
    global handling
    handling = True
    _slotscope.end()


def start_at(state):
    # The program's frames are those that are called from here on.
    _slotscope.start(on_stop, state)
    part("points")["renew"](state)
    for file in breakpoints:
        part("points")["renew_points"](file)
    if first_step:
        _slotscope.step(first_step, 0)


def reach(function):
    # Calls the function with the caller's state, unless a function of ours runs already.
    global handling
    if not handling:
        handling = True
        try:
            _slotscope.untraced(function, look(0, CALLER))
        finally:
            handling = False


def on_stop(why, state, what, error, caught):
    global handling
    if handling:
        return
    handling = True
    try:
        ids = ()
        notice = None
        reason = step_reason
        if why == ASK:
            ids, notice = part("code")["hit"](breakpoints[info_of(state)[CODE].co_filename][what], state)
            if not ids:
                return
        elif why == AT_BREAKPOINT:
            ids = (what,)
        elif why == AT_EXCEPTION:
            stop(state, "exception", ids, error, caught, None)
            return
        stop(state, "breakpoint" if ids else reason, ids, None, None, notice)
    except Exception:
        pass
    finally:
        handling = False
