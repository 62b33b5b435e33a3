import base64
import copy
import functools
import hashlib
import hmac
import html
import itertools
import operator
import string
from collections import OrderedDict, defaultdict, deque, namedtuple


def attempt(action):
    try:
        print(action())
    except (ValueError, TypeError, KeyError):
        print("refused")


# base64
for data in (b"", b"f", b"fo", b"foo", b"foob", b"fooba", b"foobar", bytes(range(250, 256)) * 9):
    for encode, decode in (
        (base64.b64encode, base64.b64decode),
        (base64.urlsafe_b64encode, base64.urlsafe_b64decode),
        (base64.standard_b64encode, base64.standard_b64decode),
        (base64.b32encode, base64.b32decode),
        (base64.b16encode, base64.b16decode),
        (base64.encodebytes, base64.decodebytes),
    ):
        text = encode(data)
        print(text, decode(text) == data)
print(base64.b64decode("Zm9v"), base64.b64encode(b"\xfb\xff", b"._"), base64.b32decode("mzxw6===", True), base64.b16decode("0aFf", True))
for action in (
    lambda: base64.b64decode("Zm9", validate=True),
    lambda: base64.b64decode("Zm!v", validate=True),
    lambda: base64.b32decode("MZXW6"),
    lambda: base64.b32decode("MZXW1==="),
    lambda: base64.b16decode("0g"),
):
    attempt(action)

# collections
words = defaultdict(list)
for word in "the quick brown fox the lazy dog".split():
    words[len(word)].append(word)
print(sorted(words.items()), 9 in words, words[9], len(words), words.get(10), defaultdict(int, a=1)["b"])
attempt(lambda: defaultdict()["missing"])
print(list(OrderedDict([(2, 1), (1, 2)])), namedtuple("P", "x y")(1, 2), list(deque([1, 2, 3], 2)))


# copy
class Node:
    def __init__(self, value):
        self.value = value
        self.next = self


class Own:
    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return "deeply"


node = Node([1, [2]])
one, two = copy.copy(node), copy.deepcopy(node)
print(one.value is node.value, one.next is node, two.value == node.value, two.value is node.value, two.next is two)
items = [1, (2, [3]), {"a": [4], "b": {5}}, bytearray(b"x"), "s", None, len]
items.append(items)
same, deep = copy.copy(items), copy.deepcopy(items)
print(same[1] is items[1], deep[1] == items[1], deep[1][1] is items[1][1], deep[2], deep[2]["a"] is items[2]["a"], deep[7] is deep)
plain = (1, "a", (2,))
print(copy.deepcopy(plain) is plain, copy.copy(Own()), copy.deepcopy([Own()]), copy.copy({1: 2}), copy.copy({3}), copy.deepcopy(Node) is Node)
shared = [0]
pair = copy.deepcopy([shared, shared])
print(pair[0] is pair[1], pair[0] is shared)

# functools
print(functools.reduce(operator.add, [1, 2, 3]), functools.reduce(operator.mul, [], 7), functools.partial(sorted, reverse=True)("bca"))
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), functools.partial(max, 5)(3, 9))
attempt(lambda: functools.reduce(operator.add, []))


def loud(function):
    @functools.wraps(function)
    def call(*args):
        return "!" + function(*args)

    return call


print(loud(lambda x: x)("a"))

# hmac, html, string
for key, message, algorithm in ((b"k", b"m", "sha256"), (b"k" * 100, b"", "sha256"), (b"", b"long" * 99, hashlib.sha256)):
    print(hmac.new(key, message, algorithm).hexdigest(), hmac.new(key, digestmod=algorithm).digest_size)
code = hmac.new(b"key", b"a", "sha256")
code.update(b"b")
print(code.digest() == hmac.new(b"key", b"ab", "sha256").digest(), hmac.compare_digest(b"ab", b"ac"), hmac.compare_digest("ab", "ab"))
print(html.escape("<a href=\"x\">'&'</a>"), html.escape("\"'", False))
print([getattr(string, name) for name in ("ascii_letters", "digits", "hexdigits", "octdigits", "punctuation", "printable", "whitespace")])

# itertools
take = lambda n, items: list(itertools.islice(items, n))
print(take(3, itertools.count(5, 2)), take(5, itertools.cycle("ab")), list(itertools.repeat(1, 2)), take(2, itertools.repeat(0)))
print(list(itertools.chain("ab", [1], ())), list(itertools.chain.from_iterable(["ab", "c"])), next(itertools.chain([7], [8])))
print([list(itertools.islice("abcdefg", *args)) for args in ((2,), (2, 4), (2, None), (0, None, 3), (1, 6, 2), (0,), (5, 2))])
print([list(each) for each in itertools.tee([1, 2, 3], 3)], list(itertools.starmap(pow, [(2, 5), (3, 2)])))
print(list(itertools.accumulate([1, 2, 3, 4])), list(itertools.accumulate([3, 1, 2], max)), list(itertools.accumulate([], initial=5)))
print(list(itertools.zip_longest("abc", [1], fillvalue="-")), list(itertools.takewhile(lambda x: x < 3, [1, 2, 3, 1])))
print(list(itertools.dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(itertools.filterfalse(None, [0, 1, "", 2])), list(itertools.compress("abc", [1, 0, 1])))
print(list(itertools.pairwise("abcd")), [(key, list(group)) for key, group in itertools.groupby("AAbbA", str.upper)])
print(list(itertools.product("ab", [1, 2])), list(itertools.product([0, 1], repeat=3))[5], list(itertools.product()))
print(list(itertools.permutations([1, 2, 3])), list(itertools.permutations("abc", 2)), list(itertools.permutations("ab", 3)))
print(list(itertools.combinations("abcd", 2)), list(itertools.combinations("ab", 3)), list(itertools.combinations_with_replacement("abc", 2)))
left, right = itertools.tee(iter([1, 2]))
print(next(left), next(right), next(right), list(left))
attempt(lambda: list(itertools.islice([1], -1)))

# operator
row = {"a": 1, "b": [2, 3]}
print(operator.itemgetter("a")(row), operator.itemgetter("a", "b")(row), operator.attrgetter("value")(node), operator.attrgetter("next.next.value", "value")(node))
print(operator.methodcaller("split", "-", 1)("a-b-c"), operator.contains([1], 1), operator.not_(0), operator.neg(3), operator.floordiv(7, 2))
print([f(6, 3) for f in (operator.lt, operator.ge, operator.and_, operator.or_, operator.xor, operator.lshift, operator.truediv, operator.mod)])
