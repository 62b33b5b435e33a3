def down(n, above):
    here = above + n
    if n == 0:
        return here  # @bottom
    return down(n - 1, here)


print(len(down(60, 0)))
