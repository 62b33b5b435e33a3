# Standard input of the program.
after_return = False  # the last line ended by \r: a \n may follow


def read_char():
    # One byte of the program's standard input, b"" at its end. Messages that come meanwhile are taken.
    # From the first look at program_in to the last nothing else may read, or bytes would be lost or waited for in vain.
    global program_in, program_at, parked, receiving
    try:
        receiving = True
        while program_at == len(program_in):
            try:
                message = receive()
            except EOFError:
                return b""
            if message:
                receiving = False
                parked = message
                reach(WAITING)
                if parked:
                    queue.append(message)  # the program is stopped, and this is code evaluated for the user
                    parked = None
                receiving = True
        char = bytes(program_in[program_at : program_at + 1])
        program_at += 1
        if program_at == 256:
            program_in = program_in[256:]
            program_at = 0
        return char
    finally:
        receiving = False
        make_up()


def read_line(prompt):
    # No echo, no editing but backspace.
    global after_return
    sys.stdout.write(str(prompt))
    line = b""
    while True:
        char = read_char()
        if char == b"\r" or char == b"\n":
            if char == b"\n" and after_return and not line:
                after_return = False
                continue
            after_return = char == b"\r"
            return str(line, "utf-8")
        after_return = False
        if char == b"" or char == b"\x04":
            if not line:
                raise EOFError
            return str(line, "utf-8")
        if char == b"\x03":
            raise KeyboardInterrupt
        if char in b"\x08\x7f":
            line = line[:-1]
        else:
            line += char
