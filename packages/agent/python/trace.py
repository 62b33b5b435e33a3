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

# What is known of a function (see stop.py) goes on with the local trace function it needs, whether it is the user's (-1:
# ours), the breakpoints of its file or None, its shape (see scan)
CALLBACK = 3
USER = 4
POINTS = 5
SHAPE = 6
codes = {}
root_state = 0  # the agent's own frame below the program

hot_lines = set()  # numbers of the lines whose events matter while there is no step
step = RUN
step_state = 0
armed = set()  # states outside step_state that were woken for the step
step_generator = None  # the generator that step_state belongs to
step_reason = "step"
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


def globals_of(state):
    return frame_of(state).f_globals


def line_of(state):
    frame = frame_of(state)
    return line_now(state, frame, meet(frame))


def parameters_of(info):
    return parameters_in(info[CODE])


def make_room():
    # So that no function is forgotten in the middle of a report.
    if len(codes) > MAX_CODES - SENT_FRAMES:
        codes.clear()


def reach(function):
    # Calls to this are seen by on_call, which calls the function with the caller's state.
    pass


def attend(function):
    pass  # the runtime looks for it in the agent's module


def count_hits(file):
    pass  # hit() counts them


def renew_points(file):
    hot_lines.clear()
    for lines in breakpoints.values():
        hot_lines.update(lines)


def renew(state):
    # Breakpoints, exceptions or the user's code have changed.
    for info in codes.values():
        judge(info)
    arm(state, False)


def begin_tracing():
    if is_calibrated:
        sys.settrace(on_call)


def stop_tracing():
    if is_calibrated:
        sys.settrace(None)


def start_at(state):
    # The program's frames are those that are called from here on.
    global root_state
    root_state = state


def judge(info):
    # Decides whether a function needs line events.
    code = info[CODE]
    file = code.co_filename
    if file.startswith(OWN):
        info[USER] = -1
        return
    info[USER] = not my_code or any([file.startswith(prefix) for prefix in my_code])
    info[POINTS] = None
    lines = breakpoints.get(file)
    if lines:
        for _, line in line_table(code):
            if line in lines:
                info[POINTS] = lines
                for start, _, loop_line, _ in (info[SHAPE] or scan(info))[1]:
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


def scan(info):
    # The shape of a function's bytecode:
    # ((start, end, has it a finally) of try and with statements, (start, end, line, top) of loop tests that stand after
    # their loop's body, offsets in the middle of a line that are jumped to from an earlier line, lines with a jump back
    # to themselves, {offset: opcode} of those that leave the frame). Opcodes are kept because to read one from memory
    # can make a big int, which at every line would be too much.
    code = info[CODE].co_code
    table = line_table(info[CODE])
    starts = [end for end, _ in table]
    tries = []
    tests = []
    entries = set()
    loops = set()
    forward = []
    leaving = {}
    i = 0
    while i < len(code):
        start = i
        op = code[i]
        i += 1
        if op in (RETURN_VALUE, YIELD_VALUE, YIELD_FROM):
            leaving[start] = op
        kind = 0x3A4 >> 2 * (op >> 4) & 3
        if kind == 3:
            jump = code[i]
            wide = jump & 0x80
            i += 1
            if wide:
                jump = jump & 0x7F | code[i] << 7
                i += 1
            if op < 0x45:
                jump -= 0x4000 if wide else 0x40
            target = i + jump
            if op == 0x40:
                i += 1
            here = line_at(table, start)
            there = line_at(table, target)
            if 0x47 <= op <= 0x49:
                tries.append((i, target, op != 0x48))
            if target > start:
                if op == 0x42:
                    forward.append((i, target, here))
                if there != here and target not in starts:
                    entries.add(target)
            else:
                if there == here:
                    loops.add(here)
                for top, test, line in forward:
                    if top == target:
                        tests = [old for old in tests if old[0] != test]
                        tests.append((test, i, line, top))
                        loops.add(here)
        elif kind:
            while code[i] & 0x80:
                i += 1
            i += 1
            if not op & 0x9E:
                i += 1
    info[SHAPE] = shape = (tries, tests, entries, loops, leaving)
    return shape


def line_now(state, frame, info):
    # The line that a frame is in. f_lineno is out of date in a frame that is not traced.
    raw = raw_of(frame)
    offset = offset_of(state, raw)
    seen = visits.get(state)
    if seen and seen[1] == offset and seen[2] == raw:
        return seen[0]
    for start, end, line, _ in (info[SHAPE] or scan(info))[1]:
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


def user_caller(state):
    # The next frame of the user's outwards, 0 if there is none.
    while state:
        state = outer(state)
        frame = state and frame_of(state)
        if frame and meet(frame)[USER] is True:
            return state
    return 0


def begin_step(how, state, reason="step"):
    global step, step_state, step_generator, step_reason, resume_at
    step = how
    step_state = state
    step_reason = reason
    resume_at = 0
    step_generator = generator_of(state) if state else None
    armed.clear()
    if how:
        arm(state, True)
    arm(state, False)


def is_in_step(state):
    # Whether the step may have to do with the frame; not with those that are called from step_state.
    return step == STEP_IN or state == step_state or state in armed


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
                get_slot(state, 0)[0](caller(state))
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
            on_raise(frame, stack_use())
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
    shape = info[SHAPE] or scan(info)
    points = info[POINTS] or ()
    entered = False
    for start, end, loop_line, top in shape[1]:
        if start <= offset < end:
            line = loop_line
            entered = top
    if table in shape[3] and (step or line in points or table in points or loop_is_watched(shape, points)):
        forget_line(frame)
    seen = visits.get(state)
    if seen is None:
        if len(visits) >= visits_max:
            prune_visits(state)
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
        if step != STEP_IN and state != step_state and has_left(state):
            step = STEP_IN
        if info[USER] is True if step == STEP_IN else step == STEP_OVER and state == step_state:
            reason = step_reason
    ids = notice = None
    if new and line in points and not is_part_of_line(state, info, line):
        ids, notice = hit(points[line], state)
    if ids:
        stop(state, "breakpoint", ids, notice=notice)
    elif reason:
        stop(state, reason)


def is_same_visit(line, offset, table, seen):
    # The events of one visit of a line have growing offsets. The test after a loop's body belongs to the loop's line:
    # what follows the test is charged to the body's last line, and a jump back may lead into the loop's own line.
    # A loop begins by a jump to its test; where the body is on the same line, its first run belongs to that visit.
    was_test = seen[0] != seen[3]
    if offset > seen[1]:
        return line == seen[0] or was_test and table == seen[3]
    return (was_test or seen[4]) and line == table == seen[0]


def loop_is_watched(shape, points):
    for test in shape[1]:
        if test[2] in points:
            return True


def is_part_of_line(state, info, line):
    # A comprehension that runs as part of the line around it: the line has been visited already.
    name = info[CODE].co_name
    if name[0] == "<" and name not in ("<module>", "<lambda>"):
        frame = outer(state) and frame_of(outer(state))
        if frame and frame.f_code.co_filename == info[CODE].co_filename:
            return line_now(outer(state), frame, meet(frame)) == line


def prune_visits(state):
    # Drops what belongs to frames that were left by an exception.
    global visits_max
    for old in list(visits):
        if not is_active(old, state):
            visits.pop(old)
    visits_max = max(64, 2 * len(visits))


def has_left(state):
    # Whether step_state is over, as seen at an event of another frame.
    if step_generator:
        return is_over(step_state)
    return not is_active(step_state, state)


def on_return(frame):
    # At a return or yield.
    global step, resume_at
    info = codes.get(raw_of(frame)) or meet(frame)
    state = state_of(frame)
    if not info[SHAPE] and not (step and is_in_step(state)):
        return
    offset = offset_of(state, raw_of(frame))
    shape = info[SHAPE] or scan(info)
    ends = shape[4].get(offset) == RETURN_VALUE
    goes_on = False
    if ends:
        for start, end, is_final in shape[0]:
            if is_final and start <= offset < end:
                goes_on = True
        if not goes_on:
            visits.pop(state, None)
    if step and is_in_step(state):
        up = outer(state)
        wake = 0
        if ends and step == STEP_IN:
            if info[USER] is True:
                wake = up
        elif ends and state == step_state:
            if step == STEP_OUT:
                wake = user_caller(state)
                begin_step(STEP_OVER, wake, step_reason)
            elif not goes_on:
                begin_step(STEP_IN, 0, step_reason)
        arm(up, True)
        woken = wake and frame_of(wake)
        if woken and meet(woken)[USER] is True:
            # Stop there although the line goes on, as debuggers do after a step out. The caller may be C code which
            # calls again before it returns to that frame.
            if wake == up and not goes_on:
                stop(up, step_reason)
            else:
                resume_at = wake
                watch(woken, on_event)
                forget_line(woken)
    if goes_on:
        hide_caller(state)
        forget_line(frame)


def is_handled(state):
    # Whether a frame from here outwards is inside a try or with statement.
    while state:
        frame = frame_of(state)
        if frame:
            info = meet(frame)
            if info[CODE].co_filename != AGENT:
                offset = offset_of(state, raw_of(frame))
                for start, end, _ in (info[SHAPE] or scan(info))[0]:
                    if start <= offset < end:
                        return True
        state = outer(state)
    return False


def on_raise(frame, used):
    global last_raised, last_depth, is_reported
    state = state_of(frame)
    if step and is_in_step(state):
        arm(outer(state), True)
        if step != STEP_OVER and step_state and meet(frame)[USER] is True and has_left(state):
            # The exception has left the frame that was to be left, or stepped in from.
            stop(state, step_reason)
    if not (on_raised or on_uncaught) or meet(frame)[USER] is not True:
        return
    error = raised(used)
    if isinstance(error, (StopIteration, GeneratorExit)):
        return
    depth = 0
    above = state
    while above:
        depth += 1
        above = outer(above)
    again = depth < last_depth or depth == last_depth and opcode_of(state) in (END_FINALLY, RAISE_LAST)
    again = again and error is last_raised
    last_raised = error
    last_depth = depth
    if not again:
        is_reported = False
    stops = on_raised and not again
    if stops or on_uncaught and not is_reported:
        caught = is_handled(state)
        if stops or not caught:
            is_reported = not caught
            stop(state, "exception", (), error, caught)
