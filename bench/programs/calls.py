# Time spent in calls of small functions. Prints its own run time in nanoseconds.
import time


def elsewhere():
    return 0  # @elsewhere


def hot(n):
    if n < 0:
        return 0  # @never
    if n < 2:
        return n
    return hot(n - 1) + hot(n - 2)


hot(20)  # the first run warms caches and compilers up
began = time.time_ns()
result = hot(20)
print("elapsed", time.time_ns() - began, "result", result)
