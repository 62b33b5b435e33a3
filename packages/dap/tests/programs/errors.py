import sys


class Failure(Exception):
    pass


def divide(a, b):
    quotient = a // b  # @divide
    return quotient


def guarded():
    try:
        return divide(1, 0)
    except ZeroDivisionError as problem:
        note = str(problem)  # @handled
    return note


def fail(code):
    detail = [code]
    raise Failure("code", detail)  # @raise


print(guarded())
print("before")
if len(sys.argv) > 1 and sys.argv[1] == "exit":
    sys.exit(7)
fail(3)
