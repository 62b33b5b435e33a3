def count(start=0, step=1):
    while True:
        yield start
        start += step


def cycle(iterable):
    saved = []
    for item in iterable:
        yield item
        saved.append(item)
    while saved:
        yield from saved


def repeat(item, times=None):
    if times is None:
        while True:
            yield item
    for _ in range(times):
        yield item


class chain:
    def __init__(self, *iterables):
        self._items = self._all(iterables)

    @classmethod
    def from_iterable(cls, iterables):
        return cls._all(iterables)

    @staticmethod
    def _all(iterables):
        for iterable in iterables:
            yield from iterable

    def __iter__(self):
        return self._items

    def __next__(self):
        return next(self._items)


def islice(iterable, start, stop=(), step=1):
    if stop == ():
        start, stop = 0, start
    start = start or 0
    step = step or 1
    if start < 0 or stop is not None and stop < 0 or step < 1:
        raise ValueError("islice() takes no negative numbers")
    wanted = start
    if stop is not None and wanted >= stop:
        return
    for index, item in enumerate(iterable):
        if index == wanted:
            yield item
            wanted += step
        if stop is not None and (index + 1 >= stop or wanted >= stop):
            return


def tee(iterable, n=2):
    source = iter(iterable)
    queues = [[] for _ in range(n)]

    def items(queue):
        while True:
            if not queue:
                try:
                    item = next(source)
                except StopIteration:
                    return
                for each in queues:
                    each.append(item)
            yield queue.pop(0)

    return tuple([items(queue) for queue in queues])


def starmap(function, iterable):
    for args in iterable:
        yield function(*args)


def accumulate(iterable, func=lambda one, other: one + other, initial=None):
    items = iter(iterable)
    total = initial
    if total is None:
        try:
            total = next(items)
        except StopIteration:
            return
    yield total
    for item in items:
        total = func(total, item)
        yield total


def zip_longest(*iterables, fillvalue=None):
    sources = [iter(each) for each in iterables]
    live = len(sources)
    while True:
        row = []
        for index, source in enumerate(sources):
            try:
                row.append(fillvalue if source is None else next(source))
            except StopIteration:
                live -= 1
                sources[index] = None
                row.append(fillvalue)
        if live <= 0:
            return
        yield tuple(row)


def takewhile(predicate, iterable):
    for item in iterable:
        if not predicate(item):
            return
        yield item


def dropwhile(predicate, iterable):
    items = iter(iterable)
    for item in items:
        if not predicate(item):
            yield item
            break
    yield from items


def filterfalse(predicate, iterable):
    for item in iterable:
        if not (predicate(item) if predicate else item):
            yield item


def compress(data, selectors):
    for item, wanted in zip(data, selectors):
        if wanted:
            yield item


def pairwise(iterable):
    items = iter(iterable)
    try:
        one = next(items)
    except StopIteration:
        return
    for other in items:
        yield one, other
        one = other


def groupby(iterable, key=None):
    """As in Python, but each group is a list: it can be read at any time."""
    group = []
    last = None
    for item in iterable:
        value = item if key is None else key(item)
        if group and value != last:
            yield last, group
            group = []
        last = value
        group.append(item)
    if group:
        yield last, group


def product(*iterables, repeat=1):
    pools = [tuple(each) for each in iterables] * repeat
    rows = [()]
    for pool in pools:
        rows = [row + (item,) for row in rows for item in pool]
    yield from rows


def _choose(pool, r, again):
    """Tuples of items in the order of their places; `again` tells from which places the next may be."""

    def extend(row, places):
        if len(row) == r:
            yield tuple([pool[i] for i in row])
            return
        for i in places:
            yield from extend(row + (i,), again(row, i))

    yield from extend((), range(len(pool)))


def permutations(iterable, r=None):
    pool = tuple(iterable)
    places = range(len(pool))
    r = len(pool) if r is None else r
    return _choose(pool, r, lambda row, i: [j for j in places if j != i and j not in row])


def combinations(iterable, r):
    pool = tuple(iterable)
    return _choose(pool, r, lambda row, i: range(i + 1, len(pool)))


def combinations_with_replacement(iterable, r):
    pool = tuple(iterable)
    return _choose(pool, r, lambda row, i: range(i, len(pool)))
