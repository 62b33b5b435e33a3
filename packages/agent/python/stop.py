# A stopped program: what is sent of it, and the requests that it answers. What it knows of frames comes from the tier:
# trace.py with peek.py, or native.py.
OWN = "/.slotscope/"  # files of ours, which the user never sees
SENT_FRAMES = 20
BUDGET = 6000  # bytes of text of the values of one stop
PAGE = 100

# What is known of a function, in a list: its code object, its number on the wire, the slots that may be read (None: not
# asked yet, False: none may); a tier adds to it.
CODE = 0
KEY = 1
PLAN = 2
last_key = 0
breakpoints = {}  # file: {line: [breakpoint]}
on_raised = on_uncaught = False
my_code = ()

RUN = 0
STEP_IN = 1  # to the next line of the user's
STEP_OVER = 2  # to the next line of step_state
STEP_OUT = 3  # until step_state is left

POLL_EVERY = 64  # events between two looks for input
events_left = POLL_EVERY

stopped = None  # code states of the frames that the user sees, innermost first
queue = []  # messages that came while another answer was awaited


asked = ()  # functions whose plans are awaited


def next_message():
    while True:
        try:
            message = receive()
        except KeyboardInterrupt:
            continue  # the program has not gone on; there is nothing to interrupt
        if message:
            return message


def settle(message, state):
    # Messages that are taken at any time. False if it is none.
    global on_raised, on_uncaught, my_code
    kind = message["t"]
    if kind == "breakpoints":
        count_hits(message["file"])
        hits = {}  # breakpoints that stay go on counting
        for points in breakpoints.get(message["file"], {}).values():
            for point in points:
                hits[point[0]] = point[4]
        lines = {}
        for item in message["items"]:
            id = item["id"]
            lines.setdefault(item["line"], []).append(
                [
                    id,
                    item.get("condition"),
                    item.get("hits"),
                    item.get("log"),
                    hits.get(id, 0),
                    None,
                    None,
                    ((id,), None),
                ]
            )
        breakpoints[message["file"]] = lines
        renew_points(message["file"])
    elif kind == "exceptions":
        on_raised = message["raised"]
        on_uncaught = message["uncaught"]
    elif kind == "mycode":
        my_code = message["prefixes"]
    elif kind == "plans":
        for plan in message["plans"]:
            for info in asked:
                if info[KEY] == plan["key"]:
                    info[PLAN] = False if plan["slots"] is None else plan["slots"]
        return True
    else:
        return False
    renew(state)
    return True


def look_for_input(state):
    # Takes messages that wait while the program runs.
    global events_left
    while readable():
        take(receive(), state)
    events_left = POLL_EVERY


def take(message, state):
    if message and not settle(message, state):
        if message["t"] == "pause":
            begin_step(STEP_IN, state, "pause")
        elif "id" in message:
            refuse(message, "the program is running")


def refuse(request, text, error=None):
    answer = {"t": "reply", "id": request["id"], "ok": False, "error": text}
    if error is not None:
        answer["exception"] = exception_report(error)
    send(answer)


def ask_plans(infos, state):
    # Tells the host of functions that it has not seen, and waits for what it says of their slots.
    global last_key, asked
    unknown = [info for info in infos if info[PLAN] is None]
    if not unknown:
        return
    asked = unknown
    emit('{"t":"codes","codes":[')
    comma = ""
    for info in unknown:
        last_key += 1
        info[KEY] = last_key
        code = info[CODE]
        ops = code.co_code
        lines = getattr(code, "co_lnotab", b"")
        emit(comma)
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
            )
        )
        comma = ","
    emit("]}")
    send_frame(1)
    while any([info[PLAN] is None for info in unknown]):
        message = next_message()
        if not settle(message, state):
            queue.append(message)


def planned(state):
    # What is known of the frame's function, with its plan.
    info = info_of(state)
    if info[PLAN] is None:
        ask_plans([info], state)
    return info


def visible(state):
    found = []
    while state:
        info = info_of(state)
        if info and not info[CODE].co_filename.startswith(OWN):
            found.append(state)
        state = outer(state)
    return found


# Where nothing is collected while Python runs, the runtime frees what is allocated between the two calls and no longer
# referred to. It relies on both being made by the same activation of a function.
mark, release = [(sys.modules.get(".slotscope") or {}).get(name) for name in ("mark", "release")]


def stop(state, reason, ids=(), error=None, caught=None, notice=None):
    # Reports where the program is and serves requests until it is to go on.
    if mark:
        mark()
    hold(state, reason, ids, error, caught, notice)
    if release:
        release()


def hold(state, reason, ids, error, caught, notice):
    global stopped
    forget_step()
    try:
        stopped = visible(state)
        if not stopped:
            return
        make_room()
        sent = stopped[:SENT_FRAMES]
        ask_plans([info_of(one) for one in sent], state)
        head = {"t": "stopped", "reason": reason, "ids": ids, "depth": len(stopped)}
        if error is not None:
            head["exception"] = exception_report(error)
        if caught is not None:
            head["caught"] = caught
        if notice:
            head["notice"] = notice
        emit(json.dumps(head)[:-1])
        emit(',"frames":[')
        report_frames(sent, BUDGET)
        emit("]")
        if info_of(stopped[0])[CODE].co_name == "<module>":
            emit(',"globals":')
            names = globals_of(stopped[0])
            shown = [name for name in names if name[:2] != "__"][:PAGE]
            emit(json.dumps([[name, render(names[name])] for name in shown]))
        emit("}")
        send_frame(1)
        serve()
    except Gone:
        # Nobody is there to debug: the program runs on by itself.
        stop_tracing()
        breakpoints.clear()
        settle({"t": "exceptions", "raised": False, "uncaught": False}, 0)
    finally:
        stopped = None
        handles.clear()
        make_up()


def report_frames(states, budget):
    comma = ""
    for state in states:
        info = info_of(state)
        emit("%s[%d,%d,%d,[" % (comma, info[KEY], line_of(state), size_of(state)))
        comma = ""
        for slot in info[PLAN] or ():
            text = json.dumps(report_slot(state, slot) if budget > 0 else [slot, None])
            budget -= len(text)
            emit(comma + text)
            comma = ","
        emit("]]")
        comma = ","


def report_slot(state, slot):
    try:
        found = get_slot(state, slot)
        return [slot, render(found[0])] if found else [slot]
    except Exception as error:
        return [slot, ["?", "<unavailable: %s>" % describe(error), 0, 0, 0]]


def serve():
    while True:
        message = queue.pop(0) if queue else next_message()
        kind = message["t"]
        if kind == "resume":
            how = message["how"]
            begin_step({"next": STEP_OVER, "in": STEP_IN, "out": STEP_OUT}.get(how, RUN), stopped[0])
            return
        if "id" in message:
            try:
                result = requests[kind](message)
                send({"t": "reply", "id": message["id"], "ok": True, "result": result})
            except BaseException as error:
                refuse(message, describe(error), error)
        else:
            try:
                settle(message, stopped[0])
            except Exception:
                pass  # a message that is not as it should be


def value_of(ref):
    kind = ref[0]
    if kind == "handle":
        return handles[ref[1] - 1]
    state = stopped[ref[1]]
    if kind == "globals":
        return globals_of(state)
    check_slot(state, ref[2])
    found = get_slot(state, ref[2])
    if not found:
        raise NameError("unbound")
    return found[0]


def check_slot(state, slot):
    if slot not in (planned(state)[PLAN] or ()):
        raise ValueError("slot %d may not be read" % slot)


def generator_locals(generator):
    # Slots of a generator that waits, and the number of its code: only the host knows names.
    state = generator_frame(generator)
    if not state:
        return {"items": [], "total": 0}
    info = info_of(state)
    ask_plans([info], stopped[0])
    slots = [report_slot(state, slot) for slot in info[PLAN] or ()]
    items = [[str(report[0]), report[1]] for report in slots if len(report) > 1]
    return {"items": items, "total": len(items), "code": info[KEY]}


def expand(request):
    ref = request["ref"]
    value = value_of(ref)
    if type(value) is GENERATOR:
        return generator_locals(value)
    items, total = children(
        value, request.get("filter"), request["start"], min(request["count"], PAGE), ref[0] == "globals"
    )
    return {"items": items, "total": total}


def report_slots(request):
    state = stopped[request["frame"]]
    for slot in request["slots"]:
        check_slot(state, slot)
    return [report_slot(state, slot) for slot in request["slots"]]


def more_frames(request):
    make_room()
    states = stopped[request["start"] : request["start"] + min(request["count"], SENT_FRAMES)]
    ask_plans([info_of(state) for state in states], stopped[0])
    emit('{"t":"reply","id":%d,"ok":true,"result":[' % request["id"])
    report_frames(states, BUDGET)
    emit("]}")
    send_frame(1)


def compile_code(code, names):
    # The function `_` that the source defines, with those globals.
    place = {}
    exec(code["source"], names, place)
    return place["_"]


def run_code(state, code, function=None):
    slots = code["slots"]
    values = []
    for slot, name in zip(slots, code["names"]):
        check_slot(state, slot)
        found = get_slot(state, slot)
        if not found:
            raise NameError("'%s' has no value yet" % name)
        values.append(found[0])
    writes = code.get("writes", ())
    for slot in writes:
        check_slot(state, slot)
    result = (function or compile_code(code, globals_of(state)))(*values)
    if writes:
        for slot, value in zip(writes, result[1:]):
            set_slot(state, slot, value)
        result = result[0]
    return result


def evaluate(request):
    return render(run_code(stopped[request["frame"]], request["code"]), request.get("max", 1000))


def assign(request):
    state = stopped[request["frame"]]
    to = request["to"]
    kind = to[0]
    if kind == "slot":
        check_slot(state, to[1])
    value = run_code(state, request["code"])
    if kind == "slot":
        set_slot(state, to[1], value)
    elif kind == "global":
        globals_of(state)[to[1]] = value
    else:
        holder = value_of(to[1])
        is_item, key = find_child(holder, to[2], to[1][0] == "globals")
        if is_item:
            holder[key] = value
        else:
            setattr(holder, key, value)
    return render(value)


requests = {
    "expand": expand,
    "slots": report_slots,
    "frames": more_frames,
    "evaluate": evaluate,
    "assign": assign,
}


def counts(rule, n):
    # Whether the n-th hit is one to stop at.
    operator, limit = rule
    if operator == "%":
        return limit > 0 and n % limit == 0
    if operator == "==":
        return n == limit
    if operator == ">=":
        return n >= limit
    if operator == ">":
        return n > limit
    return n <= limit if operator == "<=" else n < limit


NO_HIT = (), None


def hit(points, state):
    # (ids of the breakpoints to stop at, what the user should be told). The usual answer is ready made: where nothing is
    # collected while the program runs, each new object would stay.
    found = notice = None
    for point in points:
        id, condition, rule, log, _, _, _, answer = point
        try:
            if condition and not run_point(point, 5, condition, state):
                continue
            point[4] += 1
            if rule and not counts(rule, point[4]):
                continue
            if log:
                text = str(run_point(point, 6, log, state))
        except Exception as error:
            notice = describe(error)
            text = "<%s>" % notice
        if log:
            send({"t": "log", "id": id, "text": text[:2000]})
        else:
            found = (found[0] + answer[0], None) if found else answer
    return (found[0], notice) if found and notice else found or NO_HIT


def run_point(point, cache, code, state):
    # The function is compiled once, for the globals of the breakpoint's module.
    planned(state)
    names = globals_of(state)
    if not point[cache] or point[cache][0] is not names:
        point[cache] = (names, compile_code(code, names))
    return run_code(state, code, point[cache][1])
