"""Lines with and without code."""


def plain(flag):
    x = 1  # @plain
    # a comment  # @comment
    y = 2
    if flag:
        return x + y  # @taken
    return x - y


print(plain(True))
