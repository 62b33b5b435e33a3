class Error(Exception):
    pass


error = Error


def _empty(cls):
    """An object of a class of the program's, without a call of its __init__."""
    try:
        return cls.__new__(cls)
    except (AttributeError, TypeError):
        return object.__new__(cls)


def copy(x):
    method = getattr(x, "__copy__", None)
    if method is not None:
        return method()
    cls = type(x)
    if cls in (list, dict, set, bytearray):
        return x.copy() if cls is not bytearray else bytearray(x)
    if hasattr(x, "__dict__") and not isinstance(x, type) and hasattr(cls, "__module__"):
        return _copy_object(x, cls, lambda value: value)
    if isinstance(x, dict):
        return cls(x.items())
    return x


def deepcopy(x, memo=None):
    if memo is None:
        memo = {}
    known = memo.get(id(x))
    if known is not None:
        return known
    method = getattr(x, "__deepcopy__", None)
    cls = type(x)
    if method is not None:
        y = method(memo)
    elif cls is list:
        y = memo[id(x)] = []
        for item in x:
            y.append(deepcopy(item, memo))
    elif cls is tuple:
        y = tuple([deepcopy(item, memo) for item in x])
        if all(one is other for one, other in zip(x, y)):
            y = x
        # A list in it may have led back here.
        y = memo.get(id(x), y)
    elif cls is dict:
        y = memo[id(x)] = {}
        for key, value in x.items():
            y[deepcopy(key, memo)] = deepcopy(value, memo)
    elif cls is set:
        y = {deepcopy(item, memo) for item in x}
    elif cls is bytearray:
        y = bytearray(x)
    elif hasattr(x, "__dict__") and not isinstance(x, type) and hasattr(cls, "__module__"):
        y = _copy_object(x, cls, lambda value: deepcopy(value, memo), memo)
    elif isinstance(x, dict):
        y = memo[id(x)] = cls()
        for key, value in x.items():
            y[deepcopy(key, memo)] = deepcopy(value, memo)
    else:
        y = x
    memo[id(x)] = y
    # What is copied lives as long as its number is in use.
    memo.setdefault(id(memo), []).append(x)
    return y


def _copy_object(x, cls, change, memo=None):
    y = _empty(cls)
    if memo is not None:
        memo[id(x)] = y
    for name, value in x.__dict__.items():
        setattr(y, name, change(value))
    return y
