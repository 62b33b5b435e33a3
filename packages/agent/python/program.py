# The program under the debugger, from hello to ended.
import builtins, gc

PROTOCOL = 1


def read_char():
    # One byte of the program's standard input, b"" at its end. Messages that come meanwhile are taken.
    # From the first look at program_in to the last nothing else may read, or bytes would be lost or waited for in vain.
    global program_in, parked, receiving
    try:
        receiving = True
        while not program_in:
            try:
                message = receive_one()
            except Gone:
                return b""
            if message:
                receiving = False
                parked = message
                reach(on_parked)
                if parked:
                    queue.append(message)  # the program is stopped, and this is code evaluated for the user
                    parked = None
                receiving = True
        char = program_in[:1]
        program_in = program_in[1:]
        return char
    finally:
        end_receiving()


def read_line(prompt=""):
    # input() of the program: no echo, no editing but backspace.
    global after_return
    sys.stdout.write(str(prompt))
    line = b""
    while True:
        char = read_char()
        if char == b"\r" or char == b"\n":
            if char == b"\n" and after_return and not line:
                after_return = False
                continue
            after_return = char == b"\r"
            return str(line, "utf-8")
        after_return = False
        if char == b"" or char == b"\x04":
            if not line:
                raise EOFError
            return str(line, "utf-8")
        if char == b"\x03":
            raise KeyboardInterrupt
        if char in b"\x08\x7f":
            line = line[:-1]
        else:
            line += char


after_return = False  # the last line ended by \r: a \n may follow
parked = None
seen = False


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


def breakpoint(*args, **options):
    reach(on_breakpoint)


def on_parked(state):
    global parked
    message = parked
    parked = None
    take_at_once(message, state)


def on_waiting(state):
    global events_left, seen
    seen = True
    while readable():
        take_at_once(receive(), state)
    events_left = POLL_EVERY


def take_at_once(message, state):
    # The program waits, or is interrupted: a pause takes effect where it is.
    take(message, state)
    # Before the program's first line there is nothing to stop in: it stops there.
    if message and message["t"] == "pause" and visible(state):
        stop(state, "pause")


def on_execute(state):
    start_at(state)
    look_for_input(0)  # what came behind `run` was not told of


def on_breakpoint(state):
    stop(state, "breakpoint()")


def execute(file):
    # Runs the file as __main__. Its tracebacks name the file.
    begin_tracing()
    reach(on_execute)
    names = __import__("__main__").__dict__
    names["__name__"] = "__main__"
    names["__file__"] = file
    if hasattr(builtins, "execfile"):
        builtins.execfile(file, names)
        return
    with open(file) as source:
        text = source.read()
    exec(compile(text, file, "exec"), names)


def run(message):
    # Runs the program under the trace function. Returns what `ended` says.
    file = message["file"]
    sys.argv[:] = [file] + message["args"]
    folder, slash, _ = file.rpartition("/")
    sys.path[0] = folder or slash
    if message["stopOnEntry"]:
        begin_step(STEP_IN, 0, "entry")
    end = {"t": "ended", "how": "returned", "status": 0}
    try:
        execute(file)
    except SystemExit as error:
        value = error.args[0] if error.args else None
        end["how"] = "exit"
        if value is not None and not isinstance(value, int):
            print(value)
            value = 1
        end["status"] = int(value or 0)
    except BaseException as error:
        stop_tracing()
        sys.print_exception(error, Lines(stdout, 0))
        end["how"] = "exception"
        end["status"] = 1
        end["exception"] = exception_report(error)
    stop_tracing()
    return end


is_calibrated = False


def session(nonce):
    global is_calibrated
    polls = open_wire(nonce)
    hello = {"t": "hello", "protocol": PROTOCOL, "tier": TIER, "word": WORD, "polls": polls}
    hello["version"] = sys.version
    hello["platform"] = sys.platform
    try:
        calibrate()
        is_calibrated = True
    except Exception as error:
        hello["tier"] = "none"
        hello["reason"] = str(error) if isinstance(error, Unknown) else describe(error)
    for name in CALIBRATION:
        globals().pop(name, None)
    gc.collect()
    hello["free"] = gc.mem_free()
    hello["footprint"] = gc.mem_alloc() - before
    send(hello)
    agent = sys.modules["_slotscope_agent"]
    agent.poll = agent.attend = poll
    attend(poll)
    builtins.input = read_line
    builtins.breakpoint = breakpoint
    try:
        while True:
            message = next_message()
            if message["t"] == "run":
                break
            take(message, 0)
        send(run(message))
    except Gone:
        pass
    finally:
        stop_tracing()
        sys.modules.pop("_slotscope_agent")
        attend(None)
        del builtins.input, builtins.breakpoint
        # The queue of scheduled calls keeps what it has called, and with poll() all of the agent.
        for _ in range(16):
            if hasattr(micropython, "schedule"):
                micropython.schedule(id, None)
