# A stopped program: what is sent of it, and the requests that it answers. What it knows of frames comes from the tier:
# trace.py with peek.py, or native.py.
OWN = "/.slotscope/"  # files of ours, which the user never sees
SENT_FRAMES = 20
PAGE = 100
LITTLE = 3000  # bytes of free heap with which a stop is reported before anything is freed
SPARE = 512  # bytes
PLENTY = 24000  # bytes of free heap with which parts of the agent are kept

# What is known of a function, in a list: its code object, its number on the wire, the slots that may be read (None: not
# asked yet, False: none may); a tier adds to it.
CODE = 0
KEY = 1
PLAN = 2
last_key = 0  # of the functions that the host was told of
breakpoints = {}  # file: {line: [breakpoint]}
# A breakpoint: its number, condition, rule of hits, log message, hits so far, the compiled condition and log message, and
# what hit() answers. That is ready made: where nothing is collected while the program runs, each new object would stay.
ID = 0
CONDITION = 1
RULE = 2
LOG = 3
HITS = 4
ANSWER = 7
on_raised = on_uncaught = False
my_code = ()

RUN = 0
STEP_IN = 1  # to the next line of the user's
STEP_OVER = 2  # to the next line of step_state
STEP_OUT = 3  # until step_state is left

step_reason = "step"  # why the program will have stopped after the next step
stopped = None  # code states of the frames that the user sees, innermost first
guest_names = {}  # what code of other clients keeps
budget = 0  # bytes of text of values that may still be sent
is_small = False  # the heap is one of a board
spare = None  # on a small heap: memory to be freed for a stop that finds none
mark = release = None  # of a runtime that frees what is allocated between the calls of both, which one function must make


def take(message, state):
    # A message that came while the program runs, or is stopped and it is no request.
    global step_reason
    kind = message["t"]
    if kind == "pause":
        step_reason = "pause"
        begin_step(STEP_IN, state)
    elif kind in ("breakpoints", "exceptions", "mycode"):
        part("points")["settle"](message, state)
    elif "id" in message:
        part("error")["refuse"](message, "the program is running", None)


def ask_plans(states):
    # Tells the host of functions that it has not seen, and waits for what it says of their slots.
    global last_key
    unknown = []
    for one in states:
        info = info_of(one)
        if info[PLAN] is None and info not in unknown:
            code = info[CODE]
            ops = code.co_code
            lines = getattr(code, "co_lnotab", b"")
            last_key += 1
            info[KEY] = last_key
            emit("," if unknown else '{"t":"codes","codes":[', False)
            emit(
                json.dumps(
                    [
                        last_key,
                        code.co_filename,
                        code.co_name,
                        code.co_firstlineno,
                        len(ops),
                        crc32(ops),
                        len(lines),
                        crc32(lines),
                        parameters_of(info),
                    ]
                ),
                False,
            )
            unknown.append(info)
    if not unknown:
        return
    ops = lines = None
    emit("]}", True)
    while unknown:
        message = next_message()
        if message["t"] == "plans":
            for plan in message["plans"]:
                for info in unknown:
                    if info[KEY] == plan["key"]:
                        info[PLAN] = False if plan["slots"] is None else plan["slots"]
                        unknown.remove(info)
                        break
        else:
            queue.append(message)


def visible(state):
    found = []
    while state:
        info = info_of(state)
        if info and not info[CODE].co_filename.startswith(OWN):
            found.append(state)
        state = outer(state)
    return found


def stop(state, reason, ids, error, caught, notice):
    # Reports where the program is and serves requests until it is to go on.
    global stopped, spare, on_raised, on_uncaught, out_len, out_first, step_reason
    if mark:
        mark()
    forget_step()
    try:
        stopped = visible(state)
        if stopped:
            free = gc.mem_free() if is_small else 1 << 20
            try:
                if free < LITTLE:
                    raise MemoryError
                report(free, reason, ids, error, caught, notice)
            except MemoryError:
                spare = None
                drop_parts()
                # What has been sent of the message is void as soon as another begins.
                out_len = 0
                out_first = 1
                handles.clear()
                gc.collect()
                free = gc.mem_free() - LITTLE
                report(max(0, free), reason, ids, error if free > LITTLE else None, caught, None)
            while True:
                message = queue.pop(0) if queue else next_message()
                kind = message["t"]
                try:
                    if kind == "resume":
                        kind = message["how"]
                        if is_small:
                            if gc.mem_free() < PLENTY:
                                gc.collect()
                                if gc.mem_free() < PLENTY:
                                    drop_parts()
                            if not spare:
                                spare = bytearray(SPARE)
                    elif "id" in message:
                        found = part("code" if kind in ("evaluate", "assign") else "guest" if kind == "guest" else "look")
                        result = found[kind](message)
                        if result is not None:  # else the reply has been sent
                            send({"t": "reply", "id": message["id"], "ok": True, "result": result})
                    else:
                        take(message, stopped[0])
                except BaseException as error:
                    out_len = 0
                    out_first = 1
                    if "id" in message:
                        part("error")["refuse"](message, describe(error), error)
                if "how" in message:
                    step_reason = "step"
                    kind = STEP_OVER if kind == "next" else STEP_IN if kind == "in" else STEP_OUT if kind == "out" else RUN
                    begin_step(kind, stopped[0])
                    break
    except EOFError:
        # Nobody is there to debug: the program runs on by itself.
        stop_tracing()
        on_raised = on_uncaught = False
        breakpoints.clear()
        codes.clear()
    finally:
        stopped = message = found = result = None  # what is referred to is not released
        handles.clear()
        make_up()
    if release:
        release()


def report(free, reason, ids, error, caught, notice):
    global text_limit
    get_ready()
    text_limit = min(120, 16 + free // 200)
    sent = stopped[: min(SENT_FRAMES, 1 + free // 1024)]
    is_module = free and info_of(stopped[0])[CODE].co_name == "<module>"
    if is_module:
        part("look")
    ask_plans(sent)
    head = {"t": "stopped", "reason": reason, "ids": ids, "depth": len(stopped)}
    if error is not None:
        head["exception"] = part("error")["exception_report"](error)
    if caught is not None:
        head["caught"] = caught
    if notice:
        head["notice"] = notice
    emit(json.dumps(head)[:-1] + ',"frames":[', False)
    report_frames(sent, free // 4)
    if is_module:
        part("look")["emit_globals"](globals_of(stopped[0]))
    emit("]}", True)


def report_frames(states, free):
    global budget
    budget = min(6000, free)
    comma = ""
    for state in states:
        info = info_of(state)
        emit("%s[%d,%d,%d,[" % (comma, info[KEY], line_of(state), size_of(state)), False)
        comma = ""
        for slot in info[PLAN] or ():
            text = json.dumps(report_slot(state, slot) if budget > 0 else [slot, None])
            budget -= len(text)
            emit(comma + text, False)
            comma = ","
        emit("]]", False)
        comma = ","


def report_slot(state, slot):
    try:
        found = get_slot(state, slot)
        return [slot, render(found[0], text_limit)] if found else [slot]
    except Exception as error:
        return [slot, ["?", "<unavailable: %s>" % describe(error), 0, 0, 0]]
