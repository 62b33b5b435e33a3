# Takes breakpoints, exception filters and what the user's code is.
def settle(message, state):
    global on_raised, on_uncaught, my_code
    kind = message["t"]
    if kind == "breakpoints":
        file = message["file"]
        count_hits(file)
        hits = {}  # breakpoints that stay go on counting
        for points in breakpoints.get(file, {}).values():
            for point in points:
                hits[point[ID]] = point[HITS]
        lines = {}
        for item in message["items"]:
            number = item["id"]
            point = [number, item.get("condition"), item.get("hits"), item.get("log"), hits.get(number, 0)]
            lines.setdefault(item["line"], []).append(point + [None, None, ((number,), None)])
        breakpoints[file] = lines
        renew_points(file)
    elif kind == "exceptions":
        on_raised = message["raised"]
        on_uncaught = message["uncaught"]
    else:
        my_code = message["prefixes"]
    renew(state)
