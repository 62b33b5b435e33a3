# Slot access, breakpoints, steps and exceptions by the C module _slotscope (packages/firmware/module/README.md). A frame
# is known by the number that the module gives its code state.
import _slotscope

TIER = "native"
WORD = 8 if sys.maxsize >> 32 else 4
MAX_CODES = 64  # functions remembered
# Why the module stops the program.
AT_BREAKPOINT = 0
AT_STEP = 1
AT_EXCEPTION = 2
ASK = 3
# When the n-th hit of a breakpoint counts, as the module numbers it; ASK_HIT: hit() decides.
RULES = ("", "%", "==", ">=", ">", "<=", "<")
ASK_HIT = 7

codes = {}  # number of a function: what is known of it
root_state = 0  # the agent's own frame below the program
handling = True  # a function of ours runs that must not be interrupted; also before the program and after it
step_reason = "step"
first_step = None  # a step asked for before the program began
look = _slotscope.look
CALLER = 0  # what look() tells of a frame
SIZE = 1
PARAMETERS = 2
LINE = 3
FUNCTION = 4
CODE_OBJECT = 5
GLOBALS = 6
IS_RUNNING = 7
N_PARAMETERS = 3  # of what is known of a function, beyond stop.py's
set_slot = _slotscope.put
attend = _slotscope.attend


def info_of(state):
    key = look(state, FUNCTION)
    info = codes.get(key)
    if info is None:
        if len(codes) >= MAX_CODES:
            codes.clear()
        # The code object keeps the function's code alive, so that its number stays what it means.
        codes[key] = info = [look(state, CODE_OBJECT), 0, None, look(state, PARAMETERS)]
    return info


def size_of(state):
    return look(state, SIZE)


def line_of(state):
    return look(state, LINE)


def globals_of(state):
    return look(state, GLOBALS)


def parameters_of(info):
    return info[N_PARAMETERS]


def make_room():
    # So that no function is forgotten in the middle of a report.
    if len(codes) > MAX_CODES - SENT_FRAMES:
        codes.clear()


def outer(state):
    # The caller as far as the program goes, else 0.
    state = look(state, CALLER)
    return 0 if state == root_state else state


def get_slot(state, slot):
    # () if unbound, else (value,)
    return _slotscope.get(state, slot)[1:]


def generator_state(generator):
    running = look(generator, IS_RUNNING)
    return b", finished" if running is None else b", running" if running else b", suspended"


def generator_frame(generator):
    # The module takes a generator that waits for a frame.
    return generator if look(generator, IS_RUNNING) is False else 0


def count_hits(file):
    # Takes the module's counts over, of the lines that it doesn't ask about.
    hits = dict(_slotscope.points(file, ()))
    for points in breakpoints.get(file, {}).values():
        point = points[0]
        if len(points) == 1 and not (point[1] or point[3]):
            point[4] = hits.get(point[0], point[4])


def renew_points(file):
    # The module takes one breakpoint a line. It asks about those that need Python, and about lines with several.
    items = []
    for line, points in breakpoints[file].items():
        point = points[0]
        asks = len(points) > 1 or point[1] or point[3]
        operator, limit = point[2] or ("", 0)
        items.append((line, point[0], ASK_HIT if asks else RULES.index(operator), limit, point[4]))
    _slotscope.points(file, items)


def renew(state):
    _slotscope.watch((OWN,) + tuple(my_code), on_raised, on_uncaught)


def begin_step(how, state, reason="step"):
    global step_reason, first_step
    step_reason = reason
    if root_state:
        _slotscope.step(how, state)
    else:
        first_step = how


def forget_step():
    pass  # the module has


def begin_tracing():
    global handling
    handling = False


def start_at(state):
    # The program's frames are those that are called from here on.
    global root_state
    root_state = state
    _slotscope.start(on_stop, state)
    renew(state)
    for file in breakpoints:
        renew_points(file)
    if first_step:
        _slotscope.step(first_step, 0)


def stop_tracing():
    global handling
    handling = True
    _slotscope.end()


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
        if why == ASK:
            ids, notice = hit(breakpoints[info_of(state)[CODE].co_filename][what], state)
            if ids:
                stop(state, "breakpoint", ids, notice=notice)
        elif why == AT_BREAKPOINT:
            stop(state, "breakpoint", (what,))
        elif why == AT_EXCEPTION:
            stop(state, "exception", (), error, caught)
        else:
            stop(state, step_reason)
    except KeyboardInterrupt:
        raise
    except Exception:
        return
    finally:
        handling = False
