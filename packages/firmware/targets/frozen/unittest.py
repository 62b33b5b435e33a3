"""What MicroPython's own tests use of unittest, which its repository keeps elsewhere.

`main()` ends with the summary that run-tests.py looks for.
"""

import sys


class SkipTest(Exception):
    pass


class _Raises:
    def __init__(self, expected):
        self.expected = expected
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            raise AssertionError("%r was not raised" % self.expected)
        self.exception = value
        return issubclass(kind, self.expected)


class TestCase:
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

    def fail(self, message=None):
        raise AssertionError(message)

    def skipTest(self, reason):
        raise SkipTest(reason)

    def assertTrue(self, value, message=None):
        if not value:
            self.fail(message or "%r is not true" % (value,))

    def assertFalse(self, value, message=None):
        self.assertTrue(not value, message or "%r is not false" % (value,))

    def assertEqual(self, one, other, message=None):
        self.assertTrue(one == other, message or "%r != %r" % (one, other))

    def assertNotEqual(self, one, other, message=None):
        self.assertTrue(one != other, message or "%r == %r" % (one, other))

    def assertAlmostEqual(self, one, other, places=7, message=None, delta=None):
        allowed = 0.5 * 10**-places if delta is None else delta
        self.assertTrue(abs(one - other) <= allowed, message or "%r !~ %r" % (one, other))

    def assertLessEqual(self, one, other, message=None):
        self.assertTrue(one <= other, message or "%r > %r" % (one, other))

    def assertGreaterEqual(self, one, other, message=None):
        self.assertTrue(one >= other, message or "%r < %r" % (one, other))

    def assertIn(self, member, container, message=None):
        self.assertTrue(member in container, message or "%r is not in %r" % (member, container))

    def assertIs(self, one, other, message=None):
        self.assertTrue(one is other, message or "%r is not %r" % (one, other))

    def assertIsNone(self, value, message=None):
        self.assertIs(value, None, message)

    def assertIsInstance(self, value, kind, message=None):
        self.assertTrue(isinstance(value, kind), message or "%r is no %r" % (value, kind))

    def assertRaises(self, expected, function=None, *args, **kwargs):
        context = _Raises(expected)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)


def skip(reason):
    def decorate(test):
        def skipped(self):
            raise SkipTest(reason)

        return skipped

    return decorate


def skipIf(condition, reason):
    return skip(reason) if condition else lambda test: test


def skipUnless(condition, reason):
    return skipIf(not condition, reason)


def _run(case, name, counts):
    counts["ran"] += 1
    print("%s (%s) ..." % (name, case.__class__.__name__), end="")
    try:
        case.setUp()
        try:
            getattr(case, name)()
        finally:
            case.tearDown()
        print(" ok")
    except SkipTest as reason:
        counts["skipped"] += 1
        print(" skipped:", reason)
    except AssertionError as failure:
        counts["failures"] += 1
        print(" FAIL")
        sys.print_exception(failure)
    except Exception as error:
        counts["errors"] += 1
        print(" ERROR")
        sys.print_exception(error)


def main(module="__main__"):
    counts = {"ran": 0, "skipped": 0, "failures": 0, "errors": 0}
    module = __import__(module)
    for kind in [getattr(module, name) for name in dir(module)]:
        if isinstance(kind, type) and issubclass(kind, TestCase) and kind is not TestCase:
            kind.setUpClass()
            case = kind()
            for name in dir(case):
                if name.startswith("test"):
                    _run(case, name, counts)
            kind.tearDownClass()
    print("-" * 70)
    print("Ran %d tests\n" % counts["ran"])
    if counts["failures"] or counts["errors"]:
        print("FAILED (failures=%d, errors=%d)" % (counts["failures"], counts["errors"]))
    elif counts["skipped"]:
        print("OK (skipped=%d)" % counts["skipped"])
    else:
        print("OK")
