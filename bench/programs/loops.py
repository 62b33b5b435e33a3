# Time spent in one function's loop, without calls. Prints its own run time in nanoseconds.
import time


def elsewhere():
    return 0  # @elsewhere


def hot(n):
    total = 0
    i = 0
    while i < n:
        total = (total * 3 + i) % 65521
        if total < 0:
            total = 0  # @never
        i += 1
    return total


hot(300000)  # the first run warms caches and compilers up
began = time.time_ns()
result = hot(300000)
print("elapsed", time.time_ns() - began, "result", result)
