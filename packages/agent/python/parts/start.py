# Begins a session. Needed once, and dropped.
PROTOCOL = 2
SMALL = 1 << 19  # bytes: a smaller heap is a board's


class Unknown(Exception):
    pass


def begin():
    # What `hello` says, but for the heap.
    global is_small, spare, out_buf, mark, release, poller, last_key, my_code, on_raised, on_uncaught, stopped
    global receiving, missed, in_parts, step_reason
    is_small = gc.mem_free() + gc.mem_alloc() < SMALL
    spare = bytearray(SPARE) if is_small else None
    if not is_small and len(out_buf) < 528:
        out_buf = bytearray(528)
    mark, release = [(sys.modules.get(".slotscope") or {}).get(name) for name in ("mark", "release")]
    last_key = 0
    my_code = ()
    step_reason = "step"
    on_raised = on_uncaught = receiving = missed = False
    in_parts = stopped = None
    queue.clear()
    try:
        import uselect

        poller = uselect.poll()
        poller.register(sys.stdin, uselect.POLLIN)
        if readable():
            poller = None  # it says so always
    except Exception:
        poller = None
    hello = {"t": "hello", "protocol": PROTOCOL, "tier": TIER, "polls": poller is not None}
    hello["word"] = 8 if sys.maxsize >> 32 else 4
    hello["version"] = sys.version
    hello["platform"] = sys.platform
    reset_tier()
    try:
        calibrate()
    except Exception as error:
        hello["tier"] = "none"
        hello["reason"] = str(error) if isinstance(error, Unknown) else describe(error)
    codes.clear()
    if "load" not in globals():
        # A module of its own: what calibration has left in the core would keep all of it.
        globals().clear()
    return hello
