# Frames and messages on the wire that the program's own input and output share (docs/agent-protocol.md).
# By these names a program's own json.py, io.py or the like is never taken for the firmware's module.
import sys, micropython, ujson as json
from ubinascii import crc32

stdin = sys.stdin.buffer
stdout = sys.stdout.buffer

MAX_OUT = 512  # payload bytes of a frame we send
MAX_IN = 16384  # bytes of a message we take
MAX_STDIN = 4096  # bytes of program input kept for a program that does not read them

out_buf = bytearray(16 + MAX_OUT)
out_view = memoryview(out_buf)
out_len = 0
out_seq = 0
out_first = 1
in_byte = bytearray(1)
in_back = b""  # bytes that were read but begin no frame
in_seq = 0
in_parts = None
program_in = b""  # standard input of the program
poller = None
receiving = False
missed = False  # a look for input was not possible, because it was being read or the program is stopped
seed = 0


class Gone(Exception):  # the host's end of the wire is closed
    pass


def emit(text):
    # Appends text to the message being sent.
    global out_len
    data = text.encode()
    at = 0
    while at < len(data):
        n = min(MAX_OUT - out_len, len(data) - at)
        out_buf[8 + out_len : 8 + out_len + n] = data[at : at + n]
        out_len += n
        at += n
        if out_len == MAX_OUT and at < len(data):
            send_frame(0)


def send_frame(last):
    global out_len, out_seq, out_first
    out_buf[0:6] = ("\x1e%c%c%03x" % (65 + out_first + 2 * last, 48 + out_seq, out_len)).encode()
    out_buf[6:8] = ("%02x" % (crc32(out_view[1:6], seed) & 255)).encode()
    end = 8 + out_len
    out_buf[end : end + 8] = ("%08x" % crc32(out_view[1:end], seed)).encode()
    out_seq = (out_seq + 1) & 63
    out_first = last
    out_len = 0
    stdout.write(out_view[: end + 8])


def send(message):
    emit(json.dumps(message))
    send_frame(1)


def read_into(view):
    # Fills the view; what was pushed back comes first.
    global in_back
    at = 0
    if in_back:
        at = min(len(in_back), len(view))
        view[:at] = in_back[:at]
        in_back = in_back[at:]
    while at < len(view):
        n = stdin.readinto(view[at:])
        if not n:
            raise Gone
        at += n


def receive():
    # Reads one byte, and the frame that it begins. Returns a message when that frame ends one.
    global receiving
    receiving = True
    try:
        return receive_one()
    finally:
        end_receiving()


def end_receiving():
    global receiving
    receiving = False
    make_up()


def make_up():
    # For a look for input that was not possible.
    global missed
    if missed:
        missed = False
        try:
            micropython.schedule(poll, None)
        except RuntimeError:
            missed = True  # the queue is full


def receive_one():
    global in_back, in_seq, in_parts, program_in
    read_into(memoryview(in_byte))
    if in_byte[0] != 0x1E:
        if len(program_in) < MAX_STDIN:
            program_in += in_byte
        return
    head = bytearray(7)
    read_into(memoryview(head))
    try:
        kind = head[0] - 97
        size = int(str(head[2:5], "ascii"), 16)
        good = 0 <= kind < 4 and int(str(head[5:], "ascii"), 16) == crc32(head[:5], seed) & 255
    except ValueError:
        good = False
    if good:
        body = bytearray(size + 8)
        read_into(memoryview(body))
        good = crc32(body[:size], crc32(head, seed)) == int(str(body[size:], "ascii"), 16)
        head += body
    if not good:
        in_back = bytes(head) + in_back
        program_in += b"\x1e"
        return
    lost = head[1] - 48 != in_seq
    in_seq = (head[1] - 47) & 63
    if kind & 1:
        in_parts = b""
    elif lost or in_parts is None:
        in_parts = None
        return
    in_parts += body[:size]
    if len(in_parts) > MAX_IN:
        in_parts = None
    elif kind & 2:
        text = in_parts
        in_parts = None
        try:
            return json.loads(text)
        except ValueError:
            pass


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


def open_wire(nonce):
    # True if input can be looked for without waiting for it.
    global seed, poller
    seed = nonce
    try:
        import uselect

        poller = uselect.poll()
        poller.register(sys.stdin, uselect.POLLIN)
        if readable():
            poller = None  # it says so always
    except Exception:
        poller = None
    return poller is not None
