import uos

sep = "/"


def normcase(path):
    return path


def join(path, *parts):
    for part in parts:
        if part.startswith("/"):
            path = part
        elif not path or path.endswith("/"):
            path += part
        else:
            path += "/" + part
    return path


def split(path):
    at = path.rfind("/") + 1
    head = path[:at]
    if head.strip("/"):
        head = head.rstrip("/")
    return head, path[at:]


def splitext(path):
    dot = path.rfind(".")
    start = path.rfind("/") + 1
    while path[start : start + 1] == ".":
        start += 1
    return (path[:dot], path[dot:]) if dot >= start else (path, "")


def dirname(path):
    return split(path)[0]


def basename(path):
    return split(path)[1]


def isabs(path):
    return path.startswith("/")


def normpath(path):
    if not path:
        return "."
    parts = []
    for part in path.split("/"):
        if part == "..":
            if parts and parts[-1] != "..":
                parts.pop()
            elif not isabs(path):
                parts.append(part)
        elif part not in ("", "."):
            parts.append(part)
    return ("/" if isabs(path) else "") + "/".join(parts) or "."


def abspath(path):
    return normpath(join(uos.getcwd(), path))


def _mode(path):
    try:
        return uos.stat(path)[0]
    except OSError:
        return 0


def exists(path):
    return _mode(path) != 0


lexists = exists


def isdir(path):
    return _mode(path) & 0xF000 == 0x4000


def isfile(path):
    return _mode(path) & 0xF000 == 0x8000


def getsize(path):
    return uos.stat(path)[6]


def expanduser(path):
    if path == "~" or path.startswith("~/"):
        getenv = getattr(uos, "getenv", None)
        home = getenv("HOME") if getenv else None
        return home + path[1:] if home else path
    return path
