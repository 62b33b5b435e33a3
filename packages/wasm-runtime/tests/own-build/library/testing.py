import logging
import sys
import unittest

out = sys.stdout
handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
log = logging.getLogger("one")
log.addHandler(handler)
log.debug("no")
log.warning("%d of %s", 1, "two")
log.error("%(a)s", {"a": 5})
log.setLevel(logging.DEBUG)
log.debug("yes")
log.info(7)
log.log(logging.CRITICAL, "plain %")
print(log.isEnabledFor(logging.INFO), log.getEffectiveLevel(), logging.getLogger("one") is log, logging.getLogger("two").getEffectiveLevel())
logging.basicConfig(stream=out, format="[%(levelname)s] %(message)s", level=logging.INFO)
logging.info("root")
logging.getLogger("two").info("child")
logging.debug("no")


class Cases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("class")

    def setUp(self):
        print("up", end=" ")

    def tearDown(self):
        print("down")

    def test_all(self):
        self.assertEqual([1], [1])
        self.assertNotEqual(1, 2)
        self.assertTrue(1)
        self.assertFalse(0)
        self.assertIs(None, None)
        self.assertIsNot(1, None)
        self.assertIsNone(None)
        self.assertIsNotNone(0)
        self.assertIn(1, [1])
        self.assertNotIn(1, [])
        self.assertIsInstance(1, int)
        self.assertNotIsInstance(1, str)
        self.assertGreater(2, 1)
        self.assertGreaterEqual(2, 2)
        self.assertLess(1, 2)
        self.assertLessEqual(1, 1)
        self.assertAlmostEqual(1.0, 1.00000001)
        self.assertNotAlmostEqual(1.0, 1.1)
        self.assertCountEqual([1, 2, 2], [2, 1, 2])
        with self.assertRaises(ValueError) as raised:
            raise ValueError("x")
        print(raised.exception, end=" ")
        self.assertRaises(KeyError, lambda: {}[1])

    def test_error(self):
        raise KeyError(1)

    def test_fail(self):
        self.assertEqual(1, 2, "differ")

    def test_raises(self):
        with self.assertRaises(ValueError):
            pass

    @unittest.skip("not now")
    def test_skip(self):
        self.fail()

    @unittest.skipIf(False, "")
    def test_skip_not(self):
        with self.subTest(i=1):
            self.assertTrue(True)

    def test_skip_self(self):
        self.skipTest("here")

    @unittest.expectedFailure
    def test_expected(self):
        self.assertTrue(False)


def summary(result):
    return result.testsRun, len(result.failures), len(result.errors), len(result.skipped), result.wasSuccessful()


suite = unittest.TestSuite()
for name in ("test_all", "test_error", "test_fail", "test_raises", "test_skip", "test_skip_not", "test_skip_self", "test_expected"):
    suite.addTest(Cases(name))
result = unittest.TestResult()
suite.run(result)
print(summary(result))
