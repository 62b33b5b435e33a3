# Slot access through memory, for firmware with sys.settrace and uctypes but no C module of ours. No layout is
# taken on trust: calibrate.py finds where things lie by code whose values are known.
#
# Memory is an array of words. An address is kept as its index: (address >> SHIFT) + BASE, which is negative for
# every address, so that uctypes' check of the upper bound never stands in the way; multiplying by the size of a
# word wraps it round to the address.
import uctypes

TIER = "peek"
WORD = uctypes.sizeof({"p": (uctypes.PTR | 0, uctypes.UINT8)})
SHIFT = 2 if WORD == 4 else 3
BASE = -1 << (8 * WORD - SHIFT)  # a small int, unlike its opposite: no big one is made on the way
mem = uctypes.struct(0, {"w": (uctypes.ARRAY | 0, (uctypes.UINT32 if WORD == 4 else uctypes.UINT64) | 1)}).w

box = [None]
box_at = 0
# words from the start of: a frame object
F_STATE = F_CALLBACK = F_LINE = F_CODE = 0
# a code state
S_IP = S_PREV = S_FRAME = S_SLOTS = S_N = 0
N_SHIFT = 0  # bits to the count of slots in word S_N
# a code object; the raw code it refers to, with its first byte and its first opcode; a generator, back from its code state
C_RAW = R_FUN = R_OPS = G_STATE = 0
cell_type = generator_type = 0
flag_at = 0  # index of the word whose lowest byte tells that a trace function runs, 0 if unknown
exception_at = None  # address of the exception being raised, plus the stack in use


# inline
def index(value):
    return (id(value) >> SHIFT) + BASE


# inline
def index_at(word):
    return (word >> SHIFT) + BASE


def to_object(word):
    mem[box_at] = word
    value = box[0]
    box[0] = None
    return value


def to_word(value):
    box[0] = value
    word = mem[box_at]
    box[0] = None
    return word


# inline
def raw_of(frame):
    # What all activations of one function share, an address.
    return mem[(id(frame.f_code) >> SHIFT) + BASE + C_RAW]


# inline
def state_of(frame):
    # Index of the frame's code state: what tells one activation from another.
    return (mem[(id(frame) >> SHIFT) + BASE + F_STATE] >> SHIFT) + BASE


# inline
def offset_of(state, raw):
    # Bytecode offset at which the code of that raw code stands.
    return mem[state + S_IP] - mem[index_at(raw) + R_OPS]


def opcode_of(state):
    # The opcode that the frame executes.
    ip = mem[state + S_IP]
    return (mem[index_at(ip)] >> 8 * (ip & (WORD - 1))) & 255


# inline
def is_over(state):
    # Of a generator's code state: it runs no more.
    return not mem[state + S_IP]


def watch(frame, callback):
    # Makes a frame that already runs call back, or with None stop calling.
    mem[index(frame) + F_CALLBACK] = id(callback) if callback else 0


# A 'return' event ends the calling back of a frame, also when a finally clause of its own is still to run, unless the
# frame has no caller. So a frame that goes on is made to have none until its next event, which `forget_line` brings at
# the next opcode.
cut_at = cut_word = 0


def hide_caller(state):
    global cut_at, cut_word
    cut_at = state + S_PREV
    cut_word = mem[cut_at]
    mem[cut_at] = 0


def restore_caller():
    global cut_at
    mem[cut_at] = cut_word
    cut_at = 0


# Calls and attribute look-ups recall a frame's line, by the line table of its code object. So a frame that is made to
# forget its line has another code object until its next event, or until it is looked at: a function of ours with a
# last line that is not the frame's.
blanks = []  # (code object, its last line), twice
masked = {}  # code state: code object


def forget_line(frame):
    # Makes the next opcode of the frame a line event.
    i = index(frame)
    code = frame.f_code
    blank = blanks[0][0] if frame.f_lineno != blanks[0][1] else blanks[1][0]
    if code is not blanks[0][0] and code is not blanks[1][0]:
        masked[state_of(frame)] = code
    mem[i + F_LINE] = 0
    mem[i + F_CODE] = id(blank)


def unmask(frame, state):
    code = masked.pop(state, None)
    # The frame that was masked may have gone, and another have its place.
    if code and (frame.f_code is blanks[0][0] or frame.f_code is blanks[1][0]):
        mem[index(frame) + F_CODE] = id(code)


def caller(state):
    # Code state of the caller, 0 if there is none.
    word = mem[state + S_PREV]
    return index_at(word) if word else 0


def frame_of(state):
    # The frame object, None if there was no memory for one.
    word = mem[state + S_FRAME]
    if not word:
        return None
    frame = to_object(word)
    if state in masked:
        unmask(frame, state)
    return frame


# inline
def size_of(state):
    return (mem[state + S_N] >> N_SHIFT) & 0xFFFF


def slot_place(state, slot):
    # Index of the word that holds a local, 0 if it is out of range; the content of a cell, where the slot holds one.
    n = size_of(state)
    if not 0 <= slot < n:
        return 0
    i = state + S_SLOTS + n - 1 - slot
    word = mem[i]
    if word and not word & (WORD - 1) and mem[index_at(word)] == cell_type:
        return index_at(word) + 1
    return i


def get_slot(state, slot):
    # () if unbound, else (value,)
    i = slot_place(state, slot)
    word = mem[i] if i else 0
    return (to_object(word),) if word else ()


def set_slot(state, slot, value):
    i = slot_place(state, slot)
    if not i:
        raise IndexError
    mem[i] = to_word(value)


def generator_of(state):
    # The generator whose code state this is, or None.
    if mem[state - G_STATE] == generator_type:
        return to_object((state - G_STATE - BASE) << SHIFT)


def generator_state(generator):
    state = index(generator) + G_STATE
    if is_over(state):
        return b", finished"
    return b", suspended" if mem[state - 1] else b", running"


def generator_frame(generator):
    # The code state of a generator that has begun and is not over, else 0. Its frame object says whether it is one.
    state = index(generator) + G_STATE
    word = mem[state + S_FRAME]
    if is_over(state) or not word or word & (WORD - 1) or mem[index_at(word) + F_STATE] >> SHIFT != state - BASE:
        return 0
    return state


def parameters_in(code):
    # How many slots hold parameters, captured names included, 0 if unknown. The prelude in front of the bytecode tells
    # (py/bc.h, MP_BC_PRELUDE_SIG_DECODE_INTO).
    if not R_FUN:
        return 0
    prelude = uctypes.bytes_at(mem[index_at(mem[index(code) + C_RAW]) + R_FUN], 12)
    count = prelude[0] & 3
    flags = n = 0
    while prelude[n] & 128:
        byte = prelude[n + 1]
        flags |= (byte >> 6 & 1) << n
        count += ((byte & 4) + (byte >> 3 & 1)) << n
        n += 1
    return count + (flags >> 1 & 1) + (flags >> 2 & 1)


def raised(used):
    # The exception in flight; `used` is micropython.stack_use() in the trace callback itself. None if unknown.
    if exception_at is not None:
        word = mem[index_at(exception_at - used)]
        if word and not word & (WORD - 1):
            kind = mem[index_at(word)]
            if kind and not kind & (WORD - 1) and mem[index_at(kind)] == id(type):
                value = to_object(word)
                if isinstance(value, BaseException):
                    return value


def leave_trace_function():
    # To be called before an exception is let out of a trace function, or else nothing will be traced any more.
    if flag_at:
        mem[flag_at] &= ~255
