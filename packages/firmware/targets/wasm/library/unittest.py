"""Unit tests, as far as CPython's unittest is commonly used: cases, suites, `main()` and its summary."""

import sys


class SkipTest(Exception):
    pass


class _Skipped:
    """Stands for a test that is not to run. It is no function, so that it is found unbound."""

    def __init__(self, reason):
        self.reason = reason


class _Raises:
    def __init__(self, expected):
        self.expected = expected
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            raise AssertionError("%r was not raised" % (self.expected,))
        self.exception = value
        return issubclass(kind, self.expected)


class _SubTest:
    def __init__(self, text):
        self.text = text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None and issubclass(kind, AssertionError):
            raise AssertionError("%s (%s)" % (value, self.text))


class TestCase:
    def __init__(self, methodName="runTest"):
        self._method = methodName
        self._cleanups = []

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def addCleanup(self, function, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def doCleanups(self):
        while self._cleanups:
            function, args, kwargs = self._cleanups.pop()
            function(*args, **kwargs)

    def id(self):
        return "%s (%s)" % (self._method, self.__class__.__name__)

    def run(self, result=None):
        result = TestResult() if result is None else result
        result.testsRun += 1
        method = getattr(self, self._method)
        try:
            if isinstance(method, _Skipped):
                raise SkipTest(method.reason)
            try:
                self.setUp()
                try:
                    method()
                finally:
                    self.tearDown()
            finally:
                self.doCleanups()
            result.passed(self)
        except SkipTest as reason:
            result.skipped.append((self, str(reason)))
            result.tell(self, "skipped: %s" % reason)
        except AssertionError as error:
            result.failures.append((self, error))
            result.tell(self, "FAIL", error)
        except Exception as error:
            result.errors.append((self, error))
            result.tell(self, "ERROR", error)
        return result

    def subTest(self, msg=None, **params):
        parts = [str(msg)] if msg is not None else []
        return _SubTest(", ".join(parts + ["%s=%r" % item for item in params.items()]))

    def fail(self, msg=None):
        raise AssertionError(msg)

    def skipTest(self, reason):
        raise SkipTest(reason)

    def _check(self, holds, msg, text, *values):
        if not holds:
            raise AssertionError(text % values if msg is None else msg)

    def assertTrue(self, expr, msg=None):
        self._check(expr, msg, "%r is not true", expr)

    def assertFalse(self, expr, msg=None):
        self._check(not expr, msg, "%r is not false", expr)

    def assertEqual(self, first, second, msg=None):
        self._check(first == second, msg, "%r != %r", first, second)

    def assertNotEqual(self, first, second, msg=None):
        self._check(first != second, msg, "%r == %r", first, second)

    def assertIs(self, first, second, msg=None):
        self._check(first is second, msg, "%r is not %r", first, second)

    def assertIsNot(self, first, second, msg=None):
        self._check(first is not second, msg, "%r is %r", first, second)

    def assertIsNone(self, obj, msg=None):
        self._check(obj is None, msg, "%r is not None", obj)

    def assertIsNotNone(self, obj, msg=None):
        self._check(obj is not None, msg, "%r is None", obj)

    def assertIn(self, member, container, msg=None):
        self._check(member in container, msg, "%r is not in %r", member, container)

    def assertNotIn(self, member, container, msg=None):
        self._check(member not in container, msg, "%r is in %r", member, container)

    def assertIsInstance(self, obj, cls, msg=None):
        self._check(isinstance(obj, cls), msg, "%r is no %r", obj, cls)

    def assertNotIsInstance(self, obj, cls, msg=None):
        self._check(not isinstance(obj, cls), msg, "%r is a %r", obj, cls)

    def assertGreater(self, first, second, msg=None):
        self._check(first > second, msg, "%r <= %r", first, second)

    def assertGreaterEqual(self, first, second, msg=None):
        self._check(first >= second, msg, "%r < %r", first, second)

    def assertLess(self, first, second, msg=None):
        self._check(first < second, msg, "%r >= %r", first, second)

    def assertLessEqual(self, first, second, msg=None):
        self._check(first <= second, msg, "%r > %r", first, second)

    def _is_close(self, first, second, places, delta):
        if first == second:
            return True
        if delta is not None:
            return abs(first - second) <= delta
        return round(abs(first - second), 7 if places is None else places) == 0

    def assertAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        self._check(self._is_close(first, second, places, delta), msg, "%r !~ %r", first, second)

    def assertNotAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        self._check(not self._is_close(first, second, places, delta), msg, "%r ~ %r", first, second)

    def assertCountEqual(self, first, second, msg=None):
        rest = list(second)
        for item in first:
            if item in rest:
                rest.remove(item)
            else:
                rest = [item]
                break
        self._check(not rest, msg, "%r and %r hold other items", first, second)

    def assertRaises(self, expected, function=None, *args, **kwargs):
        context = _Raises(expected)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)


def skip(reason):
    def decorate(test):
        if isinstance(test, type):
            test._skipped = reason
            return test

        return _Skipped(reason)

    return decorate


def skipIf(condition, reason):
    return skip(reason) if condition else lambda test: test


def skipUnless(condition, reason):
    return skipIf(not condition, reason)


def expectedFailure(test):
    def fails(self):
        try:
            test(self)
        except Exception:
            return
        raise AssertionError("unexpected success")

    return fails


class TestResult:
    def __init__(self):
        self.testsRun = 0
        self.failures = []
        self.errors = []
        self.skipped = []

    def wasSuccessful(self):
        return not self.failures and not self.errors

    def passed(self, test):
        self.tell(test, "ok")

    def tell(self, test, outcome, error=None):
        pass


class _TextResult(TestResult):
    def tell(self, test, outcome, error=None):
        print("%s ... %s" % (test.id(), outcome))
        if error is not None:
            sys.print_exception(error)


class TestSuite:
    def __init__(self, tests=()):
        self._tests = list(tests)

    def __iter__(self):
        return iter(self._tests)

    def addTest(self, test):
        """A case, another suite, or a class of cases."""
        if isinstance(test, type):
            test = defaultTestLoader.loadTestsFromTestCase(test)
        self._tests.append(test)

    def addTests(self, tests):
        for test in tests:
            self.addTest(test)

    def run(self, result):
        begun = None
        for test in self._tests:
            cls = None if isinstance(test, TestSuite) else type(test)
            if cls is not begun:
                if begun is not None:
                    begun.tearDownClass()
                begun = cls
                if cls is not None and not hasattr(cls, "_skipped"):
                    cls.setUpClass()
            if cls is not None and hasattr(cls, "_skipped"):
                result.testsRun += 1
                result.skipped.append((test, cls._skipped))
                result.tell(test, "skipped: %s" % cls._skipped)
            else:
                test.run(result)
        if begun is not None:
            begun.tearDownClass()
        return result


class TestLoader:
    def loadTestsFromTestCase(self, cls):
        names = [name for name in dir(cls) if name.startswith("test")]
        return TestSuite([cls(name) for name in sorted(names)])

    def loadTestsFromModule(self, module):
        suite = TestSuite()
        for name in dir(module):
            cls = getattr(module, name)
            if isinstance(cls, type) and issubclass(cls, TestCase) and cls is not TestCase:
                suite.addTest(cls)
        return suite


defaultTestLoader = TestLoader()


class TextTestRunner:
    def run(self, suite):
        result = suite.run(_TextResult())
        print("-" * 70)
        print("Ran %d tests\n" % result.testsRun)
        if not result.wasSuccessful():
            print("FAILED (failures=%d, errors=%d)" % (len(result.failures), len(result.errors)))
        elif result.skipped:
            print("OK (skipped=%d)" % len(result.skipped))
        else:
            print("OK")
        return result


def main(module="__main__", testRunner=None, exit=False):
    if isinstance(module, str):
        module = __import__(module)
    runner = TextTestRunner() if testRunner is None else testRunner
    result = runner.run(defaultTestLoader.loadTestsFromModule(module))
    if exit:
        sys.exit(not result.wasSuccessful())
    return result
