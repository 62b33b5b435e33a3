# The program under the debugger, from hello to ended.
import builtins

parked = None  # a message that came while the program waits for input
seen = False


def ask(prompt=""):
    # input() of the program.
    return part("input")["read_line"](prompt)


def breakpoint(*args, **options):
    reach(on_breakpoint)


def on_breakpoint(state):
    stop(state, "breakpoint()", (), None, None, None)


def poll(_=None):
    # For code that waits, or interrupts the program, without running any Python of the program's: takes messages
    # that wait. Called while the trace function runs it is not seen, and tries again when the program goes on.
    global seen, missed
    seen = False
    if receiving or stopped is not None:
        missed = True
        return
    reach(on_waiting)
    if not seen and root_state and readable():
        micropython.schedule(poll, None)


attend = poll  # what a runtime looks for


def on_waiting(state):
    # The program waits, or is interrupted: a pause takes effect where it is.
    global seen, parked
    seen = True
    message = parked
    parked = None
    while True:
        if message:
            take(message, state)
            # Before the program's first line there is nothing to stop in: it stops there.
            if message["t"] == "pause" and visible(state):
                stop(state, "pause", (), None, None, None)
        if not (queue or readable()):
            return
        message = queue.pop(0) if queue else receive()


def on_execute(state):
    global root_state
    root_state = state
    start_at(state)
    # What came behind `run` was not told of.
    while queue or readable():
        message = queue.pop(0) if queue else receive()
        if message:
            take(message, 0)


def run(message):
    # Runs the program as __main__ under the trace function. Returns what `ended` says. Its tracebacks name the file.
    file = message["file"]
    sys.argv[:] = [file] + message["args"]
    folder, slash, _ = file.rpartition("/")
    sys.path[0] = folder or slash
    if message["stopOnEntry"]:
        begin_step(STEP_IN, 0, "entry")
    names = __import__("__main__").__dict__
    names["__name__"] = "__main__"
    names["__file__"] = file
    message = None
    end = {"t": "ended", "how": "returned", "status": 0}
    try:
        begin_tracing()
        reach(on_execute)
        if hasattr(builtins, "execfile"):
            builtins.execfile(file, names)
        else:
            with open(file) as source:
                source = source.read()
            source = compile(source, file, "exec")
            exec(source, names)
    except BaseException as error:
        stop_tracing()
        part("error")["report_end"](end, error)
    stop_tracing()
    return end


before = 0  # bytes of heap that were in use before the agent was loaded


def session(nonce, limit):
    # Of the two numbers one seeds the checks on the wire, the other is the window.
    global seed, window, root_state, out_seq, in_seq, in_back, program_in, handling, poller
    seed = nonce
    window = limit
    root_state = out_seq = in_seq = 0
    in_back = program_in = b""
    drop_message()
    try:
        handling = True
        hello = part("start")["begin"]()
        parts.clear()
        gc.collect()
        hello["free"] = gc.mem_free()
        hello["footprint"] = gc.mem_alloc() - before
        send(hello)
        hello = None
        call_at_input(poll)
        builtins.input = ask
        builtins.breakpoint = breakpoint
        while True:
            message = queue.pop(0) if queue else next_message()
            if message["t"] == "run":
                break
            take(message, 0)
        handling = False
        send(run(message))
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
