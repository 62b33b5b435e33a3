# Runs a program, FILE, under the C debugger with breakpoints, steps and slot writes at random, by a number, SEED; with
# SEED 0 without a debugger. Slots get the values that they have, so that what the program prints stays the same.
import sys

file, seed = sys.argv[1], int(sys.argv[2])
del sys.argv[1:]
state = seed * 2654435761 % 4294967296


def choose(n):
    # A number below n (xorshift).
    global state
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    state ^= (state << 5) & 0xFFFFFFFF
    return state % n


stops = 0


def on_stop(why, frame, what, error, caught):
    global stops
    stops += 1
    outer = frame
    while outer:
        S.look(outer, 3)
        # Only those of parameters surely hold objects.
        count = S.look(outer, 2)
        if count:
            slot = choose(count)
            found = S.get(outer, slot)
            if len(found) == 2:
                S.put(outer, slot, found[1])
        outer = S.look(outer, 0)
    how = choose(5) if stops < 3000 else 0
    if how == 4:
        set_breakpoints()
        how = 1
    S.step(how, frame)


def set_breakpoints():
    S.points(file, [(line, line, (0, 1, 7)[choose(3)], 2, 0) for line in range(1, lines + 1) if not choose(4)])


def run():
    exec(compile(text, file, "exec"), {"__name__": "__main__"})


with open(file) as f:
    text = f.read()
if seed:
    import _slotscope as S

    lines = len(text.split("\n"))

    def main():
        S.start(on_stop, 0)
        S.watch(("/own/",), not seed % 3, not seed % 4)
        set_breakpoints()
        try:
            run()
        finally:
            S.end()

    main()
    sys.stderr.write("stops: %d\n" % stops)
else:
    run()
