# Values as bounded text, and what they hold.
import uio as io

DEPTH = 3  # levels of containers in a text

print_to = print  # whatever the program makes of print
text_limit = 120  # bytes of text of a value in a list of values
text_buf = None
text_len = 0
text_skip = False
handles = []
GENERATOR = type((lambda: (yield))())
BRACKETS = {list: "[]", tuple: "()", dict: "{}", set: "{}", frozenset: "{}"}


class Sink(io.IOBase):
    # Holds what fits into the buffer, and refuses more.
    def write(self, data):
        global text_len, text_skip
        if text_skip:
            text_skip = False
        else:
            n = min(len(data), len(text_buf) - text_len)
            text_buf[text_len : text_len + n] = data[:n]
            text_len += n
            if n < len(data):
                raise StopAsyncIteration
        return len(data)


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
        part = value[: len(text_buf)]
        sink.write(repr(part).encode())
        if len(part) < len(value):
            raise StopAsyncIteration
    elif kind in BRACKETS:
        if kind is frozenset:
            sink.write(b"frozenset(")
        sink.write(BRACKETS[kind][0].encode())
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
        elif value:
            sink.write(b"...")
        sink.write(BRACKETS[kind][1].encode())
        if kind is frozenset:
            sink.write(b")")
    else:
        # A tuple prints its items by repr(); its own brackets are taken off.
        text_skip = True
        print_to((value,), end="", file=sink)
        text_len -= 2
        if kind is GENERATOR:
            sink.write(generator_state(value))


def text_of(value, limit):
    # Bounded text of a value; what repr() does wrong is part of the text.
    global text_len, text_buf, text_skip
    if type(value) is str and len(value) < min(limit, 40) or value is None or type(value) is bool:
        return repr(value)
    text_len = 0
    if text_buf is None or len(text_buf) != limit:
        text_buf = bytearray(limit)
    text_skip = False
    more = ""
    try:
        put(value, 0)
    except StopAsyncIteration:
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


# inline
def type_name(value):
    return getattr(type(value), "__name__", "?")


def parts_of(value):
    # (number of indexed children, dict of named children or None, named children that no dict holds)
    named = None
    indexed = 0
    extras = []
    kind = type(value)
    if kind in (str, int, float, bool) or value is None:
        return 0, None, extras
    try:
        own = getattr(value, "__dict__", None)
        if isinstance(value, dict):
            named = value
        elif isinstance(own, dict):
            named = own
        if isinstance(value, (list, tuple, bytes, bytearray, set, frozenset, memoryview, range)):
            indexed = len(value)
        elif named is not value and type_name(value) in ("array", "deque"):
            indexed = len(value)
            named = None
        if isinstance(value, BaseException):
            extras = [("args", value.args)]
        elif isinstance(value, type):
            if hasattr(value, "__bases__"):
                extras = [("__bases__", value.__bases__)]
        elif own is not None and kind is not type(sys):
            # Of a class that is a dict, items are the named children, and attributes stand here.
            extras = [("__class__", kind)] + (list(own.items()) if named is value else [])
    except BaseException:
        pass
    return indexed, named, extras


def render(value, limit):
    # [type name, text, handle, indexed children, named children]
    text = text_of(value, limit)
    indexed, named, extras = parts_of(value)
    count = len(extras) + (len(named) if named else 0)
    if type(value) is GENERATOR and generator_frame(value):
        count = 1  # how many locals it has is not known before its function's plan
    handle = 0
    if (indexed or count) and len(handles) < 2000:
        handles.append(value)
        handle = len(handles)
    return [type_name(value), text, handle, indexed, count]
