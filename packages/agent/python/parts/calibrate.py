# Finds every layout that peek.py needs, by code whose values are known. Runs once, at the start, and is dropped.


def unknown(what):
    raise Unknown("memory of this firmware is not laid out as known: " + what)


def places_of(start, count, value):
    # Offsets of a word among those from start on.
    return [k for k in range(count) if mem[start + k] == value]


def learn(frame, event, known):
    # At the events of the functions below; `sleeper` is left untraced at first, and woken from `probe`.
    global F_STATE, F_CALLBACK, F_LINE, F_CODE, S_IP, S_PREV, S_FRAME, S_SLOTS, S_N, N_SHIFT, C_RAW, R_OPS, cell_type
    if masked:
        unmask(frame, state_of(frame))
    name = frame.f_code.co_name
    here = index(frame)
    if event == "call":
        if name == "<lambda>":
            blanks.append((frame.f_code, frame.f_lineno))
            return False
        if name == "sleeper":
            known["sleeper"] = frame
            for F_STATE in range(1, 4):
                word = mem[here + F_STATE]
                if word > 4096 and not word & (WORD - 1):
                    found = places_of(index_at(word), 12, id(frame))
                    if found:
                        S_FRAME = found[0]
                        return False
            unknown("frame")
        if name == "probe":
            S_PREV = places_of(state_of(frame), S_FRAME, mem[index(known["sleeper"]) + F_STATE])[0]
            learn_code(frame, known["span"])
            return True
        known[name] = state_of(frame)
    elif event == "line":
        found = places_of(here, 9, frame.f_lineno)
        known["lines"] = [k for k in known.get("lines", found) if k in found]
        if name == "probe":
            F_CALLBACK = places_of(here, 9, id(known["tracer"]))[0]
            F_CODE = places_of(here, 9, id(frame.f_code))[0]
            watch(known["sleeper"], known["tracer"])
        elif name == "sleeper":
            known["woken"] = known.get("woken", 0) + 1
            if known["woken"] > 1:
                (F_LINE,) = known["lines"]
                forget_line(frame)
    elif event == "return":
        learn_flag(known)
        state = state_of(frame)
        known[name + " return"] = opcode_of(state)
        if name == "probe":
            learn_slots(state, [id(each) for each in known["marks"]])
    return True


def learn_code(frame, span):
    # A code object refers to its raw code, and that to the first opcode, where the frame stands.
    global C_RAW, S_IP, R_OPS, R_FUN
    state = state_of(frame)
    for C_RAW in range(1, 5):
        word = mem[index(frame.f_code) + C_RAW]
        if abs(word - id(box)) < span and not word & (WORD - 1):
            for S_IP in range(3):
                found = places_of(index_at(word), 24, mem[state + S_IP])
                if found:
                    R_OPS = found[0]
                    R_FUN = [k for k in range(R_OPS) if 0 < mem[state + S_IP] - mem[index_at(word) + k] < 256][0]
                    if parameters_in(frame.f_code) != 4:
                        R_FUN = 0
                    return
    unknown("code")


def learn_flag(known):
    # The flag that a trace function runs stands behind that function, in the state that holds sys.modules too.
    end = index(sys.modules)
    for i in range(end - 1000, end):
        if mem[i] == id(known["tracer"]) and mem[i + 1] & 255 == 1:
            known["flag"] = i + 1


def learn_slots(state, want):
    global S_SLOTS, S_N, N_SHIFT, cell_type
    S_SLOTS = S_FRAME + 1
    for n in range(5, 30):
        top = state + S_FRAME + n
        if [mem[top - i] for i in range(4)] == want:
            cell = mem[top - 4]
            if mem[index_at(cell) + 1] != want[3]:
                unknown("cell")
            cell_type = mem[index_at(cell)]
            for S_N in range(S_FRAME):
                for N_SHIFT in range(0, 8 * WORD, 16):
                    if size_of(state) == n:
                        return
    unknown("slots")


def probe(a, b, c, x):
    d = x
    return lambda: d


def sleeper(marks):
    probe(*marks)
    marks = 1
    marks = id(marks)


def yielder():
    yield 1


def reset_tier():
    global is_calibrated, flag_at, exception_at, cell_type, step, cut_at, too_deep, stack_limit, pystack_limit, visits_max
    global last_raised
    is_calibrated = too_deep = False
    exception_at = last_raised = None
    flag_at = cell_type = step = cut_at = 0
    stack_limit = pystack_limit = 1 << 29
    visits_max = 64
    for kept in (masked, visits, armed, hot_lines, blanks):
        kept.clear()


def calibrate():
    # Raises Unknown with what was not found.
    global is_calibrated, box_at, G_STATE, generator_type, flag_at
    if not hasattr(sys, "settrace"):
        raise Unknown(
            "this firmware has no sys.settrace: build it with MICROPY_PY_SYS_SETTRACE=1, or with Slotscope's C module"
            " for debugging at full speed (docs/firmware.md)"
        )
    if not 0 < id(box) < 1 << (8 * WORD - 2):
        unknown("addresses")
    marks = [object() for _ in range(4)]
    span = min(gc.mem_alloc() + gc.mem_free(), 1 << 22)
    box[0] = marks[0]
    for k in range(1, 5):
        word = mem[index(box) + k]
        if abs(word - id(box)) < span and not word & (WORD - 1) and mem[index_at(word)] == id(marks[0]):
            box_at = index_at(word)
            break
    else:
        unknown("list")
    if to_object(id(marks[1])) is not marks[1] or to_object(to_word(7)) != 7 or to_object(to_word("q")) != "q":
        unknown("words")
    known = {"marks": marks, "span": span}

    def tracer(frame, event, arg):
        try:
            return tracer if learn(frame, event, known) else None
        except Exception as error:
            known["problem"] = error

    known["tracer"] = tracer
    generator = yielder()
    blank = lambda: 0
    other = lambda: 0
    sys.settrace(tracer)
    blank()
    other()
    sleeper(marks)
    next(generator)
    sys.settrace(None)
    if "problem" in known:
        unknown(describe(known["problem"]))
    flag = known.get("flag")
    if flag and not mem[flag] & 255:
        flag_at = flag
    # A line of sleeper, and each opcode of the next: it was woken, and made to forget its line, also by a call.
    if known.get("woken") != 7:
        unknown("callback")
    if known["probe return"] != RETURN_VALUE or known.get("yielder return") != YIELD_VALUE:
        unknown("bytecode")
    G_STATE = known["yielder"] - index(generator)
    generator_type = mem[index(generator)]
    if not 0 < G_STATE < 8 or generator_of(known["yielder"]) is not generator:
        unknown("generator")
    is_calibrated = True
    for kind in (calibrate_stack, calibrate_raised):
        try:
            kind()
        except Exception:
            pass


def calibrate_raised():
    # Where the virtual machine keeps the exception in flight, as seen from on_event: on the C stack, at a fixed
    # distance. Without it stops at exceptions can't tell which exception it is.
    global exception_at
    spots = []

    class Spot(io.IOBase):
        def write(self, data):
            spots.append((uctypes.addressof(data) & ((1 << 8 * WORD) - 1)) + stack_use())
            return len(data)

    # The digits of a number are written from a buffer on the C stack.
    print_to(12345, file=Spot())
    top = spots[0] & -WORD
    error = ValueError()
    found = []

    def hook(frame, used):
        start = index_at(top - used)
        found.append([k for k in range(-128, min(used // WORD, 1024)) if mem[start + k] == id(error)])

    def thrower(n):
        if n:
            thrower(n - 1)
        raise error

    def relay():
        thrower(1)
        yield

    parts["raise"] = {"on_raise": hook}
    sys.settrace(lambda frame, event, arg: on_event)
    for each in (lambda: thrower(0), lambda: next(relay())):
        try:
            each()
        except ValueError:
            pass
    sys.settrace(None)
    parts.pop("raise")
    common = [k for k in found[0] if all([k in more for more in found])]
    if common:
        exception_at = top + WORD * common[0]


def calibrate_stack():
    # How deep calls can go, and so where the trace function must leave off to leave room for itself.
    global stack_limit, pystack_limit
    deepest = [0, 0]

    def dig():
        deepest[0] = stack_use()
        deepest[1] = pystack_use()
        dig()

    try:
        dig()
    except RuntimeError:
        stack_limit = deepest[0] * 3 // 4
        pystack_limit = deepest[1] * 3 // 4
