import re

_SPECIAL = "\\.+*?^$(){}[]|"


def fnmatch(name, pat):
    return fnmatchcase(name, pat)


def fnmatchcase(name, pat):
    return re.match(translate(pat), name) is not None


def filter(names, pat):
    matches = re.compile(translate(pat)).match
    return [name for name in names if matches(name)]


def translate(pat):
    """A regular expression for the whole of a name."""
    out = "^"
    i = 0
    while i < len(pat):
        c = pat[i]
        i += 1
        if c == "*":
            # The dot of MicroPython's re takes a line's end too.
            if not out.endswith(".*"):
                out += ".*"
        elif c == "?":
            out += "."
        elif c == "[":
            end = i + 1 if pat[i : i + 1] == "!" else i
            end = pat.find("]", end + 1)
            if end < 0:
                out += "\\["
            else:
                inside = pat[i:end].replace("\\", "\\\\").replace("]", "\\]")
                out += "[" + ("^" + inside[1:] if inside[0] == "!" else inside) + "]"
                i = end + 1
        else:
            out += "\\" + c if c in _SPECIAL else c
    return out + "$"
