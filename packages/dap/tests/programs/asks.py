def ask():
    name = input("name? ")
    greeting = "hello " + name  # @asked
    return greeting


print(ask())
