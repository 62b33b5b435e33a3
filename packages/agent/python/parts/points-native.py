# When the n-th hit of a breakpoint counts, as the module numbers it; ASK_HIT: hit() decides.
RULES = ("", "%", "==", ">=", ">", "<=", "<")
ASK_HIT = 7


def count_hits(file):
    # Takes the module's counts over, of the lines that it doesn't ask about.
    hits = dict(_slotscope.points(file, ()))
    for points in breakpoints.get(file, {}).values():
        point = points[0]
        if len(points) == 1 and not (point[CONDITION] or point[LOG]):
            point[HITS] = hits.get(point[ID], point[HITS])


def renew_points(file):
    # The module takes one breakpoint a line. It asks about those that need Python, and about lines with several.
    items = []
    for line, points in breakpoints[file].items():
        point = points[0]
        asks = len(points) > 1 or point[CONDITION] or point[LOG]
        operator, limit = point[RULE] or ("", 0)
        items.append((line, point[ID], ASK_HIT if asks else RULES.index(operator), limit, point[HITS]))
    _slotscope.points(file, items)


def start_at(state):
    # The program's frames are those that are called from here on.
    _slotscope.start(on_stop, state)
    renew(state)
    for file in breakpoints:
        renew_points(file)
    if first_step:
        _slotscope.step(first_step[0], 0)


def renew(state):
    _slotscope.watch((OWN,) + tuple(my_code), on_raised, on_uncaught)
