def work(n):
    total = 0
    label = "step"
    values = [1, 2, 3]
    i = 0
    while i < n:
        total += i
        values[i % 3] = total
        label = "odd" if i % 2 else "even"
        i += 1
    return total


print(work(100000))
