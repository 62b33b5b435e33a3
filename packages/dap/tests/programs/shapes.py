"""Values of every shape, and places to stop at them."""

from collections import OrderedDict, namedtuple

Point = namedtuple("Point", ("x", "y"))
counter = 0


class Box:
    kind = "box"

    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.inside = [Point(1, 2), {"deep": (3, {4, 5})}]

    def area(self):
        result = self.width * self.height
        return result  # @area


class Broken:
    def __repr__(self):
        raise ValueError("no repr")


def count_up(limit):
    n = 0
    while n < limit:
        yield n  # @yield
        n += 1


def show():
    integer = 12345678901234567890
    real = 1.5
    text = "quote ' and \n line"
    long_text = "x" * 5000
    data = b"\x00\xffab"
    changeable = bytearray(b"abc")
    numbers = list(range(250))
    pair = (1, "two")
    table = {"a": 1, 2: [3], (4, 5): None}
    ordered = OrderedDict([("first", 1), ("second", 2)])
    some = {1, 2, 3}
    box = Box(3, 4)
    point = Point(5, 6)
    broken = Broken()
    circle = [1]
    circle.append(circle)
    generator = count_up(3)
    next(generator)
    function = count_up
    nothing = None
    return integer, real  # @shapes


def make_counter(start):
    total = start
    step = 2

    def add(amount):
        nonlocal total
        before = total
        total += amount * step
        return before  # @closure

    return add


def work():
    global counter
    items = [1, 2, 3]
    seen = []
    for item in items:
        doubled = item * 2
        seen.append(doubled)  # @loop
        counter += 1
    pick = make_counter(10)
    pick(1)
    box = Box(2, 5)
    area = box.area()  # @call
    squares = [n * n for n in items]  # @comprehension
    unset = None
    del unset
    return area, squares, seen  # @end


show()
print("total", counter)  # @module
print(work())
