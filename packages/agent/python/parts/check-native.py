def calibrate():
    if _slotscope.version != 1:
        raise Unknown("the firmware's module _slotscope is version %d, not 1: build it anew" % _slotscope.version)


def reset_tier():
    global first_step, step_reason
    first_step = 0
    step_reason = "step"
