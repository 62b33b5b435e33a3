import sys


def down(n, above):
    here = above + n
    if n == 0:
        return here  # @bottom
    return down(n - 1, here)


print(len(down(int(sys.argv[1]) if len(sys.argv) > 1 else 60, 0)))
