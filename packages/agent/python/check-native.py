# Runs once, at the start, and is dropped.
class Unknown(Exception):
    pass


def calibrate():
    if _slotscope.version != 1:
        raise Unknown("the firmware's module _slotscope is version %d, not 1: build it anew" % _slotscope.version)
