# What happens at the events of sys.settrace: breakpoints, steps, exceptions.
import sys, micropython

stack_use = getattr(micropython, "stack_use", lambda: 0)
pystack_use = getattr(micropython, "pystack_use", lambda: 0)

AGENT = "/.slotscope/agent.py"
MAX_CODES = 64  # functions remembered
ARM = 3  # callers that are woken at a time

# Opcodes (py/bc0.h); calibrate.py checks the first two.
RETURN_VALUE = 0x63
YIELD_VALUE = 0x67
END_FINALLY = 0x5D
RAISE_LAST = 0x64
YIELD_FROM = 0x68

POLL_EVERY = 64  # events between two looks for input
events_left = POLL_EVERY

# What is known of a function (see stop.py) goes on with the local trace function it needs, whether it is the user's (-1:
# ours), the breakpoints of its file or None, its shape (see scan)
CALLBACK = 3
USER = 4
POINTS = 5
SHAPE = 6
codes = {}
root_state = 0  # the agent's own frame below the program
is_calibrated = False

hot_lines = set()  # numbers of the lines whose events matter while there is no step
step = RUN
step_state = 0
armed = set()  # states outside step_state that were woken for the step
step_generator = None  # the generator that step_state belongs to
resume_at = 0  # state to stop in at its next opcode
# state: [line, offset, raw code, line by the line table] of its last line event, and whether that is in the test of a
# loop whose body has not been run yet
visits = {}
visits_max = 64
stack_limit = pystack_limit = 1 << 29
too_deep = False  # no room for the trace function
last_raised = None
last_depth = 0
is_reported = False  # the program has stopped for last_raised as an uncaught one


def meet(frame):
    raw = raw_of(frame)
    info = codes.get(raw)
    if info is None:
        if len(codes) >= MAX_CODES:
            codes.clear()
        # The code object keeps the raw code alive, so that its address stays what it means.
        code = frame.f_code
        codes[raw] = info = [code, 0, None, None, False, None, None]
        judge(info)
    return info


def info_of(state):
    # None if there was no memory for a frame object.
    frame = frame_of(state)
    return frame and meet(frame)


def line_of(state):
    frame = frame_of(state)
    return line_now(state, frame, meet(frame))


def reach(why):
    # Calls to this are seen by on_call, which calls on_reach with the caller's state.
    pass


# inline
def call_at_input(function):
    return None  # the runtime looks for it in the agent's module


# inline
def globals_of(state):
    return frame_of(state).f_globals


# inline
def parameters_of(info):
    return parameters_in(info[CODE])


# inline
def get_ready():
    # So that no function is forgotten in the middle of a report, and none has to be read.
    return part("scan") and len(codes) > MAX_CODES - SENT_FRAMES and codes.clear()


def drop_parts():
    # What is needed while the program runs stays: when it is, there may be no memory for it.
    for name in ("look", "code", "guest", "error", "points", "input"):
        parts.pop(name, None)


# inline
def begin_tracing():
    return is_calibrated and sys.settrace(on_call)


# inline
def stop_tracing():
    return is_calibrated and sys.settrace(None)


def judge(info):
    # Decides whether a function needs line events.
    code = info[CODE]
    file = code.co_filename
    if file.startswith(OWN):
        info[USER] = -1
        return
    info[USER] = not my_code
    for prefix in my_code:
        if file.startswith(prefix):
            info[USER] = True
    info[POINTS] = None
    lines = breakpoints.get(file)
    if lines:
        for _, line in line_table(code):
            if line in lines:
                info[POINTS] = lines
                for start, _, loop_line, _ in (info[SHAPE] or part("scan")["scan"](info))[1]:
                    if loop_line in lines:
                        hot_lines.add(line_at(line_table(code), start))
                break
    wanted = info[POINTS] or (on_raised or on_uncaught) and info[USER]
    info[CALLBACK] = on_event if wanted else None


def outer(state):
    # Code state of the caller as far as the program goes, else 0.
    state = caller(state)
    return 0 if state == root_state else state


def line_table(code):
    # [(offset at which the line's bytecode ends, line)]
    if hasattr(code, "co_lines"):
        return [(end, line) for _, end, line in code.co_lines()]
    table = []
    line = code.co_firstlineno
    end = 0
    for i in range(0, len(code.co_lnotab), 2):
        end += code.co_lnotab[i]
        table.append((end, line))
        line += code.co_lnotab[i + 1]
    table.append((1 << 29, line))
    return table


def line_at(table, offset):
    for end, line in table:
        if offset < end:
            return line
    return table[-1][1]


def line_now(state, frame, info):
    # The line that a frame is in. f_lineno is out of date in a frame that is not traced.
    raw = raw_of(frame)
    offset = offset_of(state, raw)
    seen = visits.get(state)
    if seen and seen[1] == offset and seen[2] == raw:
        return seen[0]
    for start, end, line, _ in (info[SHAPE] or part("scan")["scan"](info))[1]:
        if start <= offset < end:
            return line
    if frame.f_lasti == offset and frame.f_lineno:
        return frame.f_lineno
    return line_at(line_table(info[CODE]), offset)


def arm(state, always):
    # Wakes the frames from here outwards that need line events, or the first few whatever they need.
    left = ARM
    while state and (left or not always):
        frame = frame_of(state)
        if frame:
            info = meet(frame)
            if info[USER] != -1 and (always or info[CALLBACK]):
                left -= 1
                watch(frame, on_event)
                if always:
                    armed.add(state)
                if state not in visits:
                    note_visit(state, frame, info)
        state = outer(state)


def note_visit(state, frame, info):
    # The frame is in the middle of a line: its next event on that line is no new visit.
    raw = raw_of(frame)
    offset = offset_of(state, raw)
    table = line_at(line_table(info[CODE]), offset)
    visits[state] = [line_now(state, frame, info), offset - 1, raw, table, False]


def forget_step():
    global step, resume_at, step_generator
    step = RUN
    resume_at = 0
    step_generator = None


def is_active(state, start):
    # Whether `state` is among the frames from start outwards.
    while start and start != state:
        start = outer(start)
    return start


def begin_step(how, state):
    global step, step_state, step_generator, resume_at
    step = how
    step_state = state
    resume_at = 0
    step_generator = generator_of(state) if state else None
    armed.clear()
    if how:
        arm(state, True)
    arm(state, False)


def is_in_step(state):
    # Whether the step may have to do with the frame; not with those that are called from step_state.
    return step == STEP_IN or state == step_state or state in armed


def look_for_input(state):
    # Takes messages that wait while the program runs.
    global events_left
    events_left = POLL_EVERY
    while queue or readable():
        message = queue.pop(0) if queue else receive()
        if message:
            take(message, state)


def on_call(frame, event, arg):
    # The global trace function.
    global events_left, too_deep
    try:
        if stack_use() > stack_limit or pystack_use() > pystack_limit:
            # Called any deeper, the trace function itself would run out of stack, and an exception out of it ends
            # all tracing. on_event takes it up again when this frame is left.
            sys.settrace(None)
            too_deep = True
            return on_event
        events_left -= 1
        if events_left < 0:
            look_for_input(state_of(frame))
        info = codes.get(raw_of(frame)) or meet(frame)
        if info[USER] == -1:
            if info[CODE].co_name == "reach" and info[CODE].co_filename == AGENT:
                state = state_of(frame)
                on_reach(caller(state), get_slot(state, 0)[0])
            return None
        if not info[CALLBACK] and not (
            step and (info[USER] if step == STEP_IN else state_of(frame) == step_state)
        ):
            return None
        state = state_of(frame)
        if offset_of(state, raw_of(frame)) and state not in visits:
            # A generator goes on in the middle of a line.
            note_visit(state, frame, info)
        return on_event
    except KeyboardInterrupt:
        leave_trace_function()
        raise
    except Exception:
        return None


def on_event(frame, event, arg):
    # The local trace function of frames that need line events.
    global events_left, too_deep
    try:
        if cut_at:
            restore_caller()
        if masked:
            unmask(frame, state_of(frame))
        if event == "line" and not step and frame.f_lineno not in hot_lines:
            events_left -= 1
            if events_left >= 0:
                return
        if too_deep and event != "line":
            too_deep = False
            sys.settrace(on_call)
        if event == "line":
            if events_left < 0:
                look_for_input(state_of(frame))
            info = codes.get(raw_of(frame)) or meet(frame)
            if info[POINTS] or step and is_in_step(state_of(frame)):
                on_line(frame, info)
            elif info[CALLBACK] is None and info[USER] != -1 and not too_deep:
                watch(frame, None)
        elif event == "exception":
            part("raise")["on_raise"](frame, stack_use())
        else:
            on_return(frame)
        # Not by the end of the try statement: between that and the return an interrupt could come.
        return
    except KeyboardInterrupt:
        leave_trace_function()
        raise
    except Exception:
        return


def on_line(frame, info):
    global step, step_reason, resume_at, visits_max
    state = state_of(frame)
    raw = raw_of(frame)
    offset = offset_of(state, raw)
    line = table = frame.f_lineno
    shape = info[SHAPE] or part("scan")["scan"](info)
    points = info[POINTS] or ()
    entered = is_watched = False
    for start, end, loop_line, top in shape[1]:
        if loop_line in points:
            is_watched = True
        if start <= offset < end:
            line = loop_line
            entered = top
    if table in shape[3] and (step or line in points or table in points or is_watched):
        forget_line(frame)
    seen = visits.get(state)
    if seen is None:
        if len(visits) >= visits_max:
            part("step")["prune_visits"](state)
        visits[state] = [line, offset, raw, table, False]
        new = True
    else:
        new = raw != seen[2] or not is_same_visit(line, offset, table, seen)
        if entered:
            seen[4] = not new and (seen[4] or seen[1] < entered)
        else:
            seen[4] = False
        # One by one: a slice would make a tuple at every line.
        seen[0] = line
        seen[1] = offset
        seen[2] = raw
        seen[3] = table
    # What begins where only a jump from an earlier line leads is charged to the wrong line by the compiler. What waits
    # for another generator executes the same opcode each time it is resumed.
    if new and (line == table and offset in shape[2] or shape[4].get(offset) == YIELD_FROM):
        new = False
    reason = None
    if state == resume_at:
        reason = step_reason
    elif new and step:
        if step != STEP_IN and state != step_state and part("step")["has_left"](state):
            step = STEP_IN
        if info[USER] is True if step == STEP_IN else step == STEP_OVER and state == step_state:
            reason = step_reason
    ids = notice = None
    if new and line in points and not is_part_of_line(state, info, line):
        points = points[line]
        point = points[0]
        if len(points) > 1 or point[CONDITION] or point[RULE] or point[LOG]:
            ids, notice = part("code")["hit"](points, state)
        else:
            point[HITS] += 1
            ids = point[ANSWER][0]
    if ids:
        stop(state, "breakpoint", ids, None, None, notice)
    elif reason:
        stop(state, reason, (), None, None, None)


def is_same_visit(line, offset, table, seen):
    # The events of one visit of a line have growing offsets. The test after a loop's body belongs to the loop's line:
    # what follows the test is charged to the body's last line, and a jump back may lead into the loop's own line.
    # A loop begins by a jump to its test; where the body is on the same line, its first run belongs to that visit.
    was_test = seen[0] != seen[3]
    if offset > seen[1]:
        return line == seen[0] or was_test and table == seen[3]
    return (was_test or seen[4]) and line == table == seen[0]


def is_part_of_line(state, info, line):
    # A comprehension that runs as part of the line around it: the line has been visited already.
    name = info[CODE].co_name
    if name[0] == "<" and name not in ("<module>", "<lambda>"):
        frame = outer(state) and frame_of(outer(state))
        if frame and frame.f_code.co_filename == info[CODE].co_filename:
            return line_now(outer(state), frame, meet(frame)) == line


def on_return(frame):
    # At a return or yield.
    info = codes.get(raw_of(frame)) or meet(frame)
    state = state_of(frame)
    if not info[SHAPE] and not (step and is_in_step(state)):
        return
    offset = offset_of(state, raw_of(frame))
    shape = info[SHAPE] or part("scan")["scan"](info)
    ends = shape[4].get(offset) == RETURN_VALUE
    goes_on = False
    if ends:
        for start, end, is_final in shape[0]:
            if is_final and start <= offset < end:
                goes_on = True
        if not goes_on:
            visits.pop(state, None)
    if step and is_in_step(state):
        part("step")["leave"](state, info, ends, goes_on)
    if goes_on:
        hide_caller(state)
        forget_line(frame)


