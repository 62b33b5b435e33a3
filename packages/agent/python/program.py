# The program under the debugger, from hello to ended.
import builtins

# Why the program calls on_reach.
WAITING = 0  # it waits, or is interrupted
BREAKPOINT = 1
BEGINS = 2

parked = None  # a message that came while the program waits for input
seen = False
before = 0  # bytes of heap that were in use before the agent was loaded


def ask(prompt=""):
    # input() of the program.
    return part("input")["read_line"](prompt)


def breakpoint(*args, **options):
    reach(BREAKPOINT)


def poll(_=None):
    # For code that waits, or interrupts the program, without running any Python of the program's: takes messages
    # that wait. Called while the trace function runs it is not seen, and tries again when the program goes on.
    global seen, missed
    seen = False
    if receiving or stopped is not None:
        missed = True
        return
    reach(WAITING)
    if not seen and root_state and readable():
        micropython.schedule(poll, None)


attend = poll  # what a runtime looks for


def on_reach(state, why):
    global seen, parked, root_state
    seen = True
    message = parked
    parked = None
    if why == BEGINS:
        root_state = state
        part("points")["start_at"](state)
        state = 0  # what came behind `run` was not told of
    while why != BREAKPOINT:
        if message:
            take(message, state)
            # A pause takes effect where the program is. Before its first line there is nothing to stop in: it stops there.
            if message["t"] == "pause" and visible(state):
                stop(state, "pause", (), None, None, None)
        if not (queue or readable()):
            return
        message = queue.pop(0) if queue else receive()
    stop(state, "breakpoint()", (), None, None, None)


def session(nonce, limit):
    # Of the two numbers one seeds the checks on the wire, the other is the window.
    global seed, window, root_state, out_seq, out_len, out_first, in_seq, in_back, program_in, program_at, handling, poller
    global is_gone
    seed = nonce
    window = limit
    root_state = out_seq = out_len = in_seq = 0
    out_first = 1
    in_back = b""
    program_in = bytearray()
    program_at = 0
    handling = True
    is_gone = False
    try:
        end = part("start")["begin"]()
        parts.clear()
        gc.collect()
        end["free"] = gc.mem_free()
        end["footprint"] = gc.mem_alloc() - before
        send(end)
        call_at_input(poll)
        builtins.input = ask
        builtins.breakpoint = breakpoint
        while True:
            message = queue.pop(0) if queue else next_message()
            if message["t"] == "run":
                break
            take(message, 0)
        end = {"t": "ended", "how": "returned", "status": 0}
        try:
            message = part("run")["prepare"](message)
            parts.pop("run")
            handling = False
            begin_tracing()
            reach(BEGINS)
            message[0](message[1], message[2])
        except BaseException as error:
            handling = True
            stop_tracing()
            part("error")["report_end"](end, error)
        handling = True
        stop_tracing()
        send(end)
    except EOFError:
        pass
    finally:
        stop_tracing()
        call_at_input(None)
        root_state = 0
        poller = None
        sys.modules["_slotscope_kept"] = sys.modules.pop("_slotscope_agent")
        if hasattr(builtins, "breakpoint"):
            del builtins.input, builtins.breakpoint
        for kept in (parts, codes, breakpoints, handles, queue, guest_names):
            kept.clear()
