def down(n, path):
    here = path + [n]
    if n == 0:
        return here  # @bottom
    return down(n - 1, here)


print(len(down(30, [])))
