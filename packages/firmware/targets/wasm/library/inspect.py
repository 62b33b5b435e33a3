import sys


class _Example:
    def method(self):
        pass


def _example():
    yield


_function = type(lambda: 0)
_method = type(_Example().method)
_generator_function = type(_example)
_generator = type(_example())
_module = type(sys)


def isfunction(obj):
    return type(obj) is _function


def isgeneratorfunction(obj):
    return type(obj) is _generator_function


def isgenerator(obj):
    return type(obj) is _generator


# Coroutines are generators here.
iscoroutinefunction = isgeneratorfunction
iscoroutine = isgenerator


def ismethod(obj):
    return type(obj) is _method


def isclass(obj):
    return isinstance(obj, type)


def ismodule(obj):
    return type(obj) is _module


def getmembers(obj, predicate=None):
    members = [(name, getattr(obj, name)) for name in sorted(dir(obj))]
    return [member for member in members if predicate is None or predicate(member[1])]


def getmro(cls):
    mro = [cls]
    for base in cls.__bases__:
        mro += [each for each in getmro(base) if each not in mro]
    # A class that others of the list derive from stands behind them.
    mro.sort(key=lambda each: sum(issubclass(other, each) for other in mro))
    return tuple(mro)
