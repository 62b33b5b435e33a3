import time


def spin():
    rounds = 0
    while True:
        rounds += 1  # @spin
        tick(rounds)
        time.sleep_ms(1)


def tick(n):
    last = n
    return last  # @tick


print("ready")
spin()
