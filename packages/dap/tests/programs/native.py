import micropython


@micropython.native
def fast(a, b):
    total = a + b  # @native
    return total


@micropython.viper
def faster(a: int, b: int) -> int:
    return a + b  # @viper


def plain(flag):
    x = fast(1, 2)  # @plain
    # a comment  # @comment
    y = faster(3, 4)
    if flag:
        return x + y  # @taken
    return x - y
    print("never")  # @dead


print(plain(True))
