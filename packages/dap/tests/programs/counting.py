def count():
    n = 0
    print("ready")
    while n >= 0:
        n += 1
    print("left with", n)


count()
