import fnmatch
import gzip
import inspect
import io
import os
import os.path
import stat
import sys
import time
import types
import zlib
from pathlib import Path

# os and os.path
os.makedirs("tree/a/b")
os.makedirs("tree/a/b", exist_ok=True)
try:
    os.makedirs("tree/a/b")
except OSError as e:
    print(e.errno)
for name in ("tree/one.txt", "tree/a/two.txt", "tree/a/b/three.py"):
    with open(name, "w") as file:
        file.write(name)
print([(top, sorted(folders), sorted(files)) for top, folders, files in os.walk("tree")])
print([top for top, _, _ in os.walk("tree", False)], os.sep)
for path in ("tree", "tree/one.txt", "missing", ".", "tree/a/../one.txt"):
    print(path, os.path.exists(path), os.path.isdir(path), os.path.isfile(path))
print(os.path.getsize("tree/one.txt"), os.path.abspath("x") == os.path.join(os.getcwd(), "x"))
for path in ("", "/", "a", "a/b", "/a/b/", "a//b", "a/b.tar.gz", ".bashrc", "a.b/c", "a/..b", "a/./b/../c", "../a", "/..", "..", "./x"):
    print([f(path) for f in (os.path.split, os.path.splitext, os.path.dirname, os.path.basename, os.path.isabs, os.path.normpath)])
print(os.path.join("a", "b", "c"), os.path.join("a/", "b"), os.path.join("a", "/b"), os.path.join("", "b"), os.path.join("a", ""))

# pathlib
root = Path("tree")
print(root / "a" / "b", "x" / root, Path("a//b/./c"), Path("/a", "b"), Path(), Path("/"), root == Path("tree/"), hash(root) == hash(Path("tree")))
for path in (Path("a/b.tar.gz"), Path("/x/y"), Path("z"), Path("."), Path("/")):
    print(path.name, path.stem, path.suffix, path.parent, path.parts, path.is_absolute())
print(Path("a/b.txt").with_suffix(".py"), Path("a/b.txt").with_name("c"), Path("a/b/c").relative_to("a"), Path("a").resolve() == Path(os.getcwd(), "a"))
print(sorted(str(p) for p in root.glob("*.txt")), sorted(str(p) for p in root.rglob("*.*")), sorted(str(p) for p in root.glob("a/*")))
file = root / "new" / "file.bin"
file.parent.mkdir(parents=True, exist_ok=True)
print(file.write_bytes(b"abc"), file.read_bytes(), file.write_text("text"), file.read_text(), file.stat()[6], file.is_file(), file.exists())
file.rename("tree/moved")
file.unlink(missing_ok=True)
Path("tree/moved").touch()
with Path("tree/moved").open() as opened:
    print(opened.read())
Path("tree/moved").unlink()
file.parent.rmdir()
print(sorted(p.name for p in root.iterdir()), file.parent.exists())
try:
    Path("a").relative_to("b")
except ValueError:
    print("not inside")

# fnmatch
for pattern in ("*.py", "*", "?a*", "[a-c]x", "[!a-c]x", "a.b", "a[", "[]]", "x^$(y)", "**z"):
    print(pattern, [fnmatch.fnmatchcase(name, pattern) for name in ("a.py", "", "aax", "bx", "dx", "a.b", "aXb", "a[", "]", "x^$(y)", "xyz")])
print(fnmatch.filter(["a.py", "b.txt", "c.py"], "*.py"))

# gzip, zlib, io
data = b"some data " * 100
print(gzip.decompress(gzip.compress(data)) == data, zlib.decompress(zlib.compress(data)) == data, len(zlib.compress(data)) < 200)
print(zlib.decompress(zlib.compress(data, wbits=-15), -15) == data, zlib.decompress(gzip.compress(data), 31) == data)
with gzip.open("tree/x.gz", "wb") as out:
    out.write(data)
with gzip.open("tree/x.gz", "rb") as zipped:
    print(zipped.read() == data)
stream = io.BytesIO(b"abcdef")
stream.seek(-2, io.SEEK_END)
print(stream.read(), io.SEEK_SET, io.SEEK_CUR, io.StringIO("a\nb").read())

# stat, time
print([stat.filemode(mode) for mode in (0o100644, 0o040755, 0o104755, 0o101777, 0o120777, 0o102070)], stat.S_ISDIR(os.stat("tree")[0]))
print(stat.S_IMODE(0o100644), stat.S_IFMT(0o100644) == stat.S_IFREG, stat.ST_SIZE, stat.S_ISREG(os.stat("tree/one.txt")[stat.ST_MODE]))
print(time.strftime("%Y-%m-%d %H:%M:%S %a %A %b %B %j %I %p %y %w %% %d", (2024, 2, 29, 15, 4, 5, 3, 60, -1)))


# inspect, types
class Base:
    def method(self):
        pass


class Derived(Base):
    pass


def generator():
    yield


print([inspect.isfunction(x) for x in (generator, Base().method, Base, 1)][2:], inspect.isgenerator(generator()), inspect.ismethod(Base().method))
print(inspect.isclass(Base), inspect.isclass(1), inspect.ismodule(sys), inspect.isgeneratorfunction(generator), inspect.getmro(Derived)[:2] == (Derived, Base))
print([name for name, _ in inspect.getmembers(Base()) if not name.startswith("_")], isinstance(generator(), types.GeneratorType))
space = types.SimpleNamespace(b=1, a="x")
space.c = [2]
print(space.a, space == types.SimpleNamespace(a="x", b=1, c=[2]), type(sys) is types.ModuleType, types.NoneType is type(None))
