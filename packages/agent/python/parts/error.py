# Tells of exceptions.


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


def exception_report(error):
    lines = Lines(None, min(3000, gc.mem_free() // 8) if is_small else 3000)
    try:
        sys.print_exception(error, lines)
    except BaseException:
        pass
    try:
        text = str(error)[:500]
    except BaseException:
        text = ""
    return [type_name(error), text, lines.text]


def refuse(request, text, error):
    answer = {"t": "reply", "id": request["id"], "ok": False, "error": text}
    if error is not None:
        answer["exception"] = exception_report(error)
    send(answer)


def report_end(end, error):
    # Adds to `ended` what ended the program.
    if isinstance(error, SystemExit):
        value = error.args[0] if error.args else None
        end["how"] = "exit"
        if value is not None and not isinstance(value, int):
            print(value)
            value = 1
        end["status"] = int(value or 0)
    else:
        sys.print_exception(error, Lines(stdout, 0))
        end["how"] = "exception"
        end["status"] = 1
        end["exception"] = exception_report(error)
