# Looks into values, and at frames and slots that a stop left out.
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


def generator_locals(generator):
    # Slots of a generator that waits, and the number of its code: only the host knows names.
    state = generator_frame(generator)
    if not state:
        return {"items": [], "total": 0}
    ask_plans([state])
    info = info_of(state)
    items = []
    for slot in info[PLAN] or ():
        found = report_slot(state, slot)
        if len(found) > 1:
            items.append([str(slot), found[1]])
    return {"items": items, "total": len(items), "code": info[KEY]}


def expand(request):
    ref = request["ref"]
    value = value_of(ref)
    if type(value) is GENERATOR:
        return generator_locals(value)
    return children(value, request.get("filter"), request["start"], min(request["count"], PAGE), ref[0] == "globals")


def children(value, which, start, count, plain):
    # One page. Keys of a plain dict are names, not values.
    indexed, named, extras = parts_of(value)
    if which == "named":
        indexed = 0
    if which == "indexed":
        named, extras = None, []
    total = indexed + len(extras) + (len(named) if named else 0)
    items = []
    end = min(total, start + count)
    at = start
    if at < min(indexed, end):
        if hasattr(value, "__getitem__") or type(value) in (list, tuple, bytes, bytearray):
            while at < min(indexed, end):
                items.append([str(at), render(value[at], text_limit)])
                at += 1
        else:
            n = 0
            for item in value:
                if at <= n < end:
                    items.append([str(n), render(item, text_limit)])
                n += 1
                if n >= end:
                    break
            at = min(indexed, end)
    n = indexed
    for name, item in extras:
        if at <= n < end:
            items.append([name, render(item, text_limit)])
        n += 1
    if named and n < end:
        for name in named:
            if n >= end:
                break
            if n >= at:
                text = str(name) if plain or named is not value else text_of(name, text_limit)
                items.append([text, render(named[name], text_limit)])
            n += 1
    return {"items": items, "total": total}


def slots(request):
    state = stopped[request["frame"]]
    for slot in request["slots"]:
        check_slot(state, slot)
    return [report_slot(state, slot) for slot in request["slots"]]


def frames(request):
    get_ready()
    start = request["start"]
    found = stopped[start : start + min(request["count"], SENT_FRAMES)]
    ask_plans(found)
    emit('{"t":"reply","id":%d,"ok":true,"result":[' % request["id"], False)
    report_frames(found, gc.mem_free() // 4)
    emit("]}", True)


def emit_globals(names):
    # Of module code, whose locals they are.
    global budget
    emit('],"globals":[', False)
    n = 0
    for name in names:
        if name[:2] != "__" and n < PAGE and (n < 10 or budget > 0):
            text = json.dumps([name, render(names[name], text_limit)])
            budget -= len(text)
            emit("," + text if n else text, False)
            n += 1
