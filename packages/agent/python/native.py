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
first_step = []  # how to step, if that was asked for before the program began
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


# inline
def outer(state):
    # The caller as far as the program goes, else 0.
    return 0 if look(state, CALLER) == root_state else look(state, CALLER)


# inline
def get_slot(state, slot):
    # () if unbound, else (value,)
    return _slotscope.get(state, slot)[1:]


# inline
def set_slot(state, slot, value):
    return _slotscope.put(state, slot, value)


# inline
def generator_state(generator):
    return {None: b", finished", True: b", running", False: b", suspended"}[look(generator, IS_RUNNING)]


# inline
def generator_frame(generator):
    # The module takes a generator that waits for a frame.
    return generator if look(generator, IS_RUNNING) is False else 0


# inline
def call_at_input(function):
    return _slotscope.attend(function)


# inline
def begin_step(how, state):
    return _slotscope.step(how, state) if root_state else first_step.append(how)


# inline
def drop_parts():
    return parts.clear()


# inline
def begin_tracing():
    return None  # the module does it


# inline
def forget_step():
    return None  # the module has


# inline
def stop_tracing():
    return _slotscope.end()


def reach(why):
    # Calls on_reach with the caller's state, unless a function of ours runs already.
    global handling
    if not handling:
        handling = True
        try:
            _slotscope.untraced(on_reach, look(0, CALLER), why)
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
