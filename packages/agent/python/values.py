# Values as bounded text, and what they hold.
import sys, uio as io

TEXT = 120  # bytes of text of a value in a list of values
DEPTH = 3  # levels of containers in a text

print_to = print  # whatever the program makes of print
text_buf = bytearray(1024)
text_len = 0
text_max = 0
text_skip = False
handles = []


class Full(Exception):  # the text has reached its limit
    pass


class Sink(io.IOBase):
    def write(self, data):
        global text_len, text_skip
        n = len(data)
        if text_skip:
            text_skip = False
            return n
        room = text_max - text_len
        if n > room:
            text_buf[text_len:text_max] = data[:room]
            text_len = text_max
            raise Full
        text_buf[text_len : text_len + n] = data
        text_len += n
        return n


sink = Sink()


def put(value, depth):
    # Appends repr(value), but never builds more of it than fits.
    global text_skip, text_len
    kind = type(value)
    if kind is int and not -(1 << 256) < value < 1 << 256:
        bits = 256
        while abs(value) >> bits:
            bits *= 2
        sink.write(b"<int of up to %d bits>" % bits)
    elif kind in (str, bytes, bytearray):
        part = value[:text_max]
        sink.write(repr(part).encode())
        if len(part) < len(value):
            raise Full
    elif kind in (int, float, bool, type(None)):
        sink.write(repr(value).encode())
    elif kind in BRACKETS:
        left, right = BRACKETS[kind]
        if depth == DEPTH and value:
            left += "..."
        sink.write(left.encode())
        if depth < DEPTH:
            comma = b""
            for item in value:
                sink.write(comma)
                comma = b", "
                put(item, depth + 1)
                if kind is dict:
                    sink.write(b": ")
                    put(value[item], depth + 1)
            if kind is tuple and len(value) == 1:
                sink.write(b",")
        sink.write(right.encode())
    else:
        # A tuple prints its items by repr(); its own brackets are taken off.
        text_skip = True
        print_to((value,), end="", file=sink)
        text_len -= 2
        if kind is GENERATOR:
            sink.write(generator_state(value))


GENERATOR = type((lambda: (yield))())
BRACKETS = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    dict: ("{", "}"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}


def text_of(value, limit=TEXT):
    # Bounded text of a value; what repr() does wrong is part of the text.
    global text_len, text_max, text_skip
    if type(value) is str and len(value) < 40 or value is None or type(value) is bool:
        return repr(value)
    text_len = 0
    text_max = min(limit, len(text_buf))
    text_skip = False
    more = ""
    try:
        put(value, 0)
    except Full:
        more = "..."
    except BaseException as error:
        return "<repr failed: %s>" % describe(error)
    end = text_len
    while True:  # not in the middle of a character
        try:
            return str(memoryview(text_buf)[:end], "utf-8") + more
        except UnicodeError:
            end -= 1


def describe(error):
    # "ValueError: text", whatever the exception does.
    name = type(error).__name__
    try:
        text = str(error)[:200]
        return "%s: %s" % (name, text) if text else name
    except BaseException:
        return name


def type_name(value):
    return getattr(type(value), "__name__", "?")


def parts_of(value):
    # (number of indexed children, dict of named children or None); both may be there.
    kind = type(value)
    try:
        if isinstance(value, dict):
            return 0, value
        if kind in (str, int, float, bool) or value is None:
            return 0, None
        named = getattr(value, "__dict__", None)
        if not isinstance(named, dict):
            named = None
        if isinstance(value, (list, tuple, bytes, bytearray, set, frozenset, memoryview, range)):
            return len(value), named
        if type_name(value) in ("array", "deque"):
            return len(value), None
    except BaseException:
        return 0, None
    return 0, named


def extras_of(value):
    # Children that no dict holds.
    if isinstance(value, BaseException):
        return [("args", value.args)]
    if isinstance(value, type):
        return [("__bases__", value.__bases__)] if hasattr(value, "__bases__") else []
    if isinstance(value, MODULE):
        return []
    own = getattr(value, "__dict__", None)
    if own is None:
        return []
    # Of a class that is a dict, items are the named children, and attributes stand here.
    return [("__class__", type(value))] + (list(own.items()) if isinstance(value, dict) else [])


MODULE = type(sys)


def render(value, limit=TEXT):
    # [type name, text, handle, indexed children, named children]
    text = text_of(value, limit)
    indexed, named = parts_of(value)
    count = (len(named) if named else 0) + len(extras_of(value))
    if type(value) is GENERATOR and generator_frame(value):
        count = 1  # how many locals it has is not known before its function's plan
    handle = 0
    if (indexed or count) and len(handles) < 2000:
        handles.append(value)
        handle = len(handles)
    return [type_name(value), text, handle, indexed, count]


def children(value, which, start, count, plain):
    # One page: ([[name, rendered], ...], number of all). Keys of a plain dict are names, not values.
    indexed, named = parts_of(value)
    extras = extras_of(value)
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
                items.append([str(at), render(value[at])])
                at += 1
        else:
            n = 0
            for item in value:
                if at <= n < end:
                    items.append([str(n), render(item)])
                n += 1
                if n >= end:
                    break
            at = min(indexed, end)
    n = indexed
    for name, item in extras:
        if at <= n < end:
            items.append([name, render(item)])
        n += 1
    if named and n < end:
        for name in named:
            if n >= end:
                break
            if n >= at:
                items.append([str(name) if plain or named is not value else text_of(name), render(named[name])])
            n += 1
    return items, total


def find_child(value, name, plain):
    # (is it an item, key or attribute) under which a child of that name is stored.
    indexed, named = parts_of(value)
    if named is value:
        for key in value:
            if (str(key) if plain else text_of(key)) == name:
                return 1, key
        if name in getattr(value, "__dict__", ()):
            return 0, name
    elif indexed and name.lstrip("-").isdigit():
        return 1, int(name)
    elif named is not None and name in named:
        return 0, name
    raise KeyError(name)


def exception_report(error):
    lines = Lines(None, 3000)
    try:
        sys.print_exception(error, lines)
    except BaseException:
        pass
    try:
        text = str(error)[:500]
    except BaseException:
        text = ""
    return [type_name(error), text, lines.text]


class Lines(io.IOBase):
    # Takes a traceback and drops the entries of our own files; gives it on line by line, or keeps it.
    def __init__(self, to, limit):
        self.to = to
        self.limit = limit
        self.text = ""
        self.line = b""

    def write(self, data):
        self.line += data
        if self.line.endswith(b"\n"):
            line = self.line
            self.line = b""
            if b'"/.slotscope/' not in line:
                if self.to:
                    self.to.write(line)
                elif len(self.text) < self.limit:
                    self.text += str(line, "utf-8")
        return len(data)
