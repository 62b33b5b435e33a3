# Steps.
def user_caller(state):
    # The next frame of the user's outwards, 0 if there is none.
    while state:
        state = outer(state)
        frame = state and frame_of(state)
        if frame and meet(frame)[USER] is True:
            return state
    return 0


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


def leave(state, info, ends, goes_on):
    # A step may end, or go on in a caller, as a frame is left, or yields.
    global resume_at
    up = outer(state)
    wake = 0
    if ends and step == STEP_IN:
        if info[USER] is True:
            wake = up
    elif ends and state == step_state:
        if step == STEP_OUT:
            wake = user_caller(state)
            begin_step(STEP_OVER, wake)
        elif not goes_on:
            begin_step(STEP_IN, 0)
    arm(up, True)
    woken = wake and frame_of(wake)
    if woken and meet(woken)[USER] is True:
        # Stop there although the line goes on, as debuggers do after a step out. The caller may be C code which
        # calls again before it returns to that frame.
        if wake == up and not goes_on:
            stop(up, step_reason, (), None, None, None)
        else:
            resume_at = wake
            watch(woken, on_event)
            forget_line(woken)
