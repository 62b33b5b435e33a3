# Tells the host of functions.
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
            emit("," if unknown else '{"t":"codes","codes":[')
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
            unknown.append(info)
    if not unknown:
        return
    ops = lines = None
    send("]}")
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
