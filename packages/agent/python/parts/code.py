# Code of the user's that runs in a frame: evaluated, assigned, of conditions and log messages.
def compile_code(code, names):
    # The function `_` that the source defines, with those globals.
    place = {}
    exec(code["source"], names, place)
    return place["_"]


def run_code(state, code, function):
    values = []
    for slot, name in zip(code["slots"], code["names"]):
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
    value = run_code(stopped[request["frame"]], request["code"], None)
    return render(value, min(request.get("max", 1000), 1024, 100 + gc.mem_free() // 20 if is_small else 1024))


def assign(request):
    state = stopped[request["frame"]]
    to = request["to"]
    kind = to[0]
    if kind == "slot":
        check_slot(state, to[1])
    value = run_code(state, request["code"], None)
    if kind == "slot":
        set_slot(state, to[1], value)
    elif kind == "global":
        globals_of(state)[to[1]] = value
    else:
        holder = part("look")["value_of"](to[1])
        is_item, key = find_child(holder, to[2], to[1][0] == "globals")
        if is_item:
            holder[key] = value
        else:
            setattr(holder, key, value)
    return render(value, text_limit)


def find_child(value, name, plain):
    # (is it an item, key or attribute) under which a child of that name is stored.
    indexed, named, _ = parts_of(value)
    if named is value:
        for key in value:
            if (str(key) if plain else text_of(key, text_limit)) == name:
                return 1, key
        if name in getattr(value, "__dict__", ()):
            return 0, name
    elif indexed and name.lstrip("-").isdigit():
        return 1, int(name)
    elif named is not None and name in named:
        return 0, name
    raise KeyError(name)


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
    # (ids of the breakpoints to stop at, what the user should be told)
    found = notice = None
    for point in points:
        number, condition, rule, log, _, _, _, answer = point
        try:
            if condition and not run_point(point, 5, condition, state):
                continue
            point[HITS] += 1
            if rule and not counts(rule, point[HITS]):
                continue
            if log:
                text = str(run_point(point, 6, log, state))
        except Exception as error:
            notice = describe(error)
            text = "<%s>" % notice
        if log:
            send({"t": "log", "id": number, "text": text[:2000]})
        else:
            found = (found[0] + answer[0], None) if found else answer
    return (found[0], notice) if found and notice else found or NO_HIT


def run_point(point, cache, code, state):
    # The function is compiled once, for the globals of the breakpoint's module.
    names = globals_of(state)
    if not point[cache] or point[cache][0] is not names:
        point[cache] = (names, compile_code(code, names))
    return run_code(state, code, point[cache][1])
