# One function whose locals change at every line: what a debugger shows at each step.
def work(n):
    total = 0
    label = "none"
    values = [1, 2, 3]
    i = 0
    while i < n:
        total += i  # @step
        values[i % 3] = total
        label = "odd" if i % 2 else "even"
        i += 1
    return total


print(work(1000000))
