def count_hits(file):
    pass  # hit() counts them


def renew_points(file):
    hot_lines.clear()
    for lines in breakpoints.values():
        hot_lines.update(lines)


def start_at(state):
    part("scan")  # when it is needed, there may be no memory for it


def renew(state):
    # Breakpoints, exceptions or the user's code have changed.
    if on_raised or on_uncaught:
        part("raise")
    for info in codes.values():
        judge(info)
    arm(state, False)
