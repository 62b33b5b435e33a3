# Reads a function's bytecode.
def scan(info):
    # The shape of a function's bytecode:
    # ((start, end, has it a finally) of try and with statements, (start, end, line, top) of loop tests that stand after
    # their loop's body, offsets in the middle of a line that are jumped to from an earlier line, lines with a jump back
    # to themselves, {offset: opcode} of those that leave the frame). Opcodes are kept because to read one from memory
    # can make a big int, which at every line would be too much.
    code = info[CODE].co_code
    table = line_table(info[CODE])
    starts = [end for end, _ in table]
    tries = []
    tests = []
    entries = set()
    loops = set()
    forward = []
    leaving = {}
    i = 0
    while i < len(code):
        start = i
        op = code[i]
        i += 1
        if op in (RETURN_VALUE, YIELD_VALUE, YIELD_FROM):
            leaving[start] = op
        kind = 0x3A4 >> 2 * (op >> 4) & 3
        if kind == 3:
            jump = code[i]
            wide = jump & 0x80
            i += 1
            if wide:
                jump = jump & 0x7F | code[i] << 7
                i += 1
            if op < 0x45:
                jump -= 0x4000 if wide else 0x40
            target = i + jump
            if op == 0x40:
                i += 1
            here = line_at(table, start)
            there = line_at(table, target)
            if 0x47 <= op <= 0x49:
                tries.append((i, target, op != 0x48))
            if target > start:
                if op == 0x42:
                    forward.append((i, target, here))
                if there != here and target not in starts:
                    entries.add(target)
            else:
                if there == here:
                    loops.add(here)
                for top, test, line in forward:
                    if top == target:
                        tests = [old for old in tests if old[0] != test]
                        tests.append((test, i, line, top))
                        loops.add(here)
        elif kind:
            while code[i] & 0x80:
                i += 1
            i += 1
            if not op & 0x9E:
                i += 1
    info[SHAPE] = shape = (tries, tests, entries, loops, leaving)
    return shape
