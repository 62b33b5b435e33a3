# Stops at exceptions.
def is_handled(state):
    # Whether a frame from here outwards is inside a try or with statement.
    while state:
        frame = frame_of(state)
        if frame:
            info = meet(frame)
            if info[CODE].co_filename != AGENT:
                offset = offset_of(state, raw_of(frame))
                for start, end, _ in (info[SHAPE] or part("scan")["scan"](info))[0]:
                    if start <= offset < end:
                        return True
        state = outer(state)
    return False


def on_raise(frame, used):
    global last_raised, last_depth, is_reported
    state = state_of(frame)
    if step and is_in_step(state):
        arm(outer(state), True)
        if step != STEP_OVER and step_state and meet(frame)[USER] is True and part("step")["has_left"](state):
            # The exception has left the frame that was to be left, or stepped in from.
            stop(state, step_reason, (), None, None, None)
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
            stop(state, "exception", (), error, caught, None)
