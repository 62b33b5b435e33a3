def calibrate():
    if _slotscope.version != 1:
        raise Unknown("the firmware's module _slotscope is version %d, not 1: build it anew" % _slotscope.version)


def reset_tier():
    first_step.clear()
