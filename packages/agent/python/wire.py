# Frames and messages on the wire that the program's own input and output share (docs/agent-protocol.md).
# By these names a program's own json.py, io.py or the like is never taken for the firmware's module.
import sys, micropython, gc, ujson as json
from ubinascii import crc32

stdin = getattr(sys.stdin, "buffer", sys.stdin)
stdout = getattr(sys.stdout, "buffer", sys.stdout)

MAX_IN = 16384  # bytes of a message we take
MAX_STDIN = 4096  # bytes of program input that a board keeps for a program that does not read them; others keep all

out_buf = bytearray(144)  # a frame we send: 8 bytes, payload, 8 bytes
out_len = 0
out_seq = 0
out_first = 1
in_byte = bytearray(1)
in_back = b""  # bytes that were read but begin no frame
in_seq = 0
in_parts = None
program_in = bytearray()  # standard input of the program, of which the first program_at bytes have been read
program_at = 0
poller = None
receiving = False
missed = False  # a look for input was not possible, because it was being read or the program is stopped
seed = 0
window = 0  # bytes that the host may send before we have taken a frame, 0: any number
parts = {}  # what was loaded of the agent's parts: their names
is_gone = False  # the host of the session
queue = []  # messages that came while another answer was awaited


def send_frame(buf, kind, n):
    # Its payload of n bytes stands in the buffer from the 8th byte on.
    global out_seq
    view = memoryview(buf)
    view[0:6] = b"\x1e%c%c%03x" % (65 + kind, 48 + out_seq, n)
    view[6:8] = b"%02x" % (crc32(view[1:6], seed) & 255)
    view[8 + n : 16 + n] = b"%08x" % crc32(view[1 : 8 + n], seed)
    out_seq = (out_seq + 1) & 63
    stdout.write(view[: 16 + n])


def emit(text, is_last):
    # Appends text to the message being sent, and may end it.
    global out_len, out_first
    data = memoryview(text.encode())
    while data:
        if out_len + 16 == len(out_buf):
            send_frame(out_buf, out_first, out_len)
            out_len = out_first = 0
        n = min(len(out_buf) - 16 - out_len, len(data))
        out_buf[8 + out_len : 8 + out_len + n] = data[:n]
        out_len += n
        data = data[n:]
    if is_last:
        n = out_len
        out_len = 0
        send_frame(out_buf, out_first + 2, n)
        out_first = 1


# inline
def send(message):
    return emit(json.dumps(message), True)


def fill(data):
    # What was pushed back comes first.
    global in_back
    view = memoryview(data)
    at = min(len(in_back), len(view))
    view[:at] = in_back[:at]
    in_back = in_back[at:]
    while at < len(view):
        n = stdin.readinto(view[at:])
        if not n:
            raise EOFError  # the host's end of the wire is closed
        at += n
    return data


def receive():
    # Reads one byte, and the frame that it begins. Returns a message when that frame ends one.
    global receiving, in_back, in_seq, in_parts
    was = receiving
    receiving = True
    try:
        if fill(in_byte)[0] != 0x1E:
            if len(program_in) < MAX_STDIN or not window:
                program_in.extend(in_byte)
            return
        head = fill(bytearray(7))
        try:
            kind = head[0] - 97
            size = int(str(head[2:5], "ascii"), 16)
            good = 0 <= kind < 4 and int(str(head[5:], "ascii"), 16) == crc32(head[:5], seed) & 255
            if good:
                body = fill(bytearray(size + 8))
                good = crc32(body[:size], crc32(head, seed)) == int(str(body[size:], "ascii"), 16)
                head += body
        except ValueError:
            good = False
        if not good:
            in_back = bytes(head) + in_back
            program_in.append(0x1E)
            return
        if window:
            send_frame(bytearray(16), 0, 0)
        if head[1] - 48 != in_seq:
            send_frame(bytearray(16), 1, 0)
            in_parts = None
        in_seq = (head[1] - 47) & 63
        if kind & 1:
            in_parts = b""
        elif in_parts is None:
            return
        in_parts += body[:size]
        if len(in_parts) > MAX_IN:
            in_parts = None
        elif kind & 2:
            body = head = None
            text = in_parts
            in_parts = None
            return json.loads(text)
    except ValueError:
        pass  # no JSON
    finally:
        receiving = was
        make_up()


def make_up():
    # For a look for input that was not possible.
    global missed
    if missed and not receiving:
        missed = False
        try:
            micropython.schedule(poll, None)
        except RuntimeError:
            missed = True  # the queue is full


def readable():
    # Whether input waits that can be read at once. Not by what interrupts the reading of it.
    if receiving:
        return False
    if in_back:
        return True
    if poller and len(program_in) < MAX_STDIN:
        for _ in poller.ipoll(0):
            return True
    return False


def next_message():
    global is_gone
    n = 0
    while True:
        try:
            message = receive()
            if message:
                return message
        except KeyboardInterrupt:
            # The program has not gone on: there is nothing to interrupt. A second one is of a new host, which wants in.
            n += 1
            if n > 1:
                is_gone = True
                raise


def part(name):
    # The names of a part of the agent. The host sends what makes it, where it is not there.
    global missed, receiving
    if name not in parts:
        if out_len or not out_first or is_gone:
            raise OSError("not now")  # in the middle of a message
        was = receiving
        receiving = True  # nobody else is to take what comes
        try:
            send({"t": "need", "part": name})
            if is_small:
                gc.collect()  # what stays for long is not to lie behind what does not
            place = {"A": globals()}
            while "P" not in place:
                message = next_message()
                if message["t"] == "code":
                    exec(message["code"], place)
                else:
                    queue.append(message)
            parts[name] = place["P"]
        finally:
            receiving = was
            if queue and root_state and stopped is None:
                missed = True
            make_up()
    return parts[name]
