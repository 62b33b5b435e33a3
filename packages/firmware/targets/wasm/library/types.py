import sys


class _Example:
    def method(self):
        pass


def _generator():
    yield


FunctionType = type(lambda: 0)
LambdaType = FunctionType
MethodType = type(_Example().method)
GeneratorType = type(_generator())
CoroutineType = GeneratorType
BuiltinFunctionType = type(len)
BuiltinMethodType = type([].append)
ModuleType = type(sys)
NoneType = type(None)


class SimpleNamespace:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)

    def __repr__(self):
        return "namespace(%s)" % ", ".join("%s=%r" % item for item in sorted(self.__dict__.items()))

    def __eq__(self, other):
        return isinstance(other, SimpleNamespace) and self.__dict__ == other.__dict__
