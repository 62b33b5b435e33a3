def partial(func, *args, **keywords):
    def call(*more, **given):
        merged = keywords.copy()
        merged.update(given)
        return func(*(args + more), **merged)

    return call


def reduce(function, iterable, *initial):
    rest = iter(iterable)
    if initial:
        value = initial[0]
    else:
        try:
            value = next(rest)
        except StopIteration:
            raise TypeError("reduce() of an empty iterable with no initial value")
    for item in rest:
        value = function(value, item)
    return value


def update_wrapper(wrapper, wrapped, assigned=None, updated=None):
    # A function's attributes can't be set here.
    return wrapper


def wraps(wrapped, assigned=None, updated=None):
    return lambda wrapper: wrapper


def cmp_to_key(compare):
    class Key:
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            return compare(self.value, other.value) < 0

        def __gt__(self, other):
            return compare(self.value, other.value) > 0

        def __eq__(self, other):
            return compare(self.value, other.value) == 0

    return Key
