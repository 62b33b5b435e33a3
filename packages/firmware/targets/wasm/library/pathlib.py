import errno
import os


class Path:
    def __init__(self, *parts):
        parts = [str(part) for part in parts]
        path = os.path.join(*parts) if parts else "."
        rooted = "/" if path.startswith("/") else ""
        path = rooted + "/".join([part for part in path.split("/") if part not in ("", ".")])
        self._path = path or "."

    def __str__(self):
        return self._path

    def __repr__(self):
        return "Path(%r)" % self._path

    def __truediv__(self, other):
        return Path(self._path, other)

    def __rtruediv__(self, other):
        return Path(other, self._path)

    def __eq__(self, other):
        return isinstance(other, Path) and self._path == other._path

    def __lt__(self, other):
        return self._path < other._path

    def __hash__(self):
        return hash(self._path)

    @property
    def parts(self):
        names = tuple([part for part in self._path.split("/") if part not in ("", ".")])
        return ("/",) + names if self.is_absolute() else names

    @property
    def name(self):
        return "" if self._path == "." else os.path.basename(self._path)

    @property
    def suffix(self):
        return os.path.splitext(self.name)[1]

    @property
    def stem(self):
        return os.path.splitext(self.name)[0]

    @property
    def parent(self):
        return Path(os.path.dirname(self._path) or ".")

    def is_absolute(self):
        return self._path.startswith("/")

    def absolute(self):
        return Path(os.getcwd(), self._path)

    def resolve(self):
        return Path(os.path.abspath(self._path))

    def relative_to(self, other):
        other = Path(other)
        if other._path == "." and not self.is_absolute() or other == self:
            return Path(self._path if other != self else ".")
        start = other._path if other._path == "/" else other._path + "/"
        if not self._path.startswith(start):
            raise ValueError("%r is not in %r" % (self._path, other._path))
        return Path(self._path[len(start) :])

    def with_suffix(self, suffix):
        return self.parent / (self.stem + suffix)

    def with_name(self, name):
        return self.parent / name

    def exists(self):
        return os.path.exists(self._path)

    def is_dir(self):
        return os.path.isdir(self._path)

    def is_file(self):
        return os.path.isfile(self._path)

    def stat(self):
        return os.stat(self._path)

    def iterdir(self):
        for entry in os.ilistdir(self._path):
            yield self / entry[0]

    def glob(self, pattern):
        yield from self._match(pattern.split("/"))

    def rglob(self, pattern):
        yield from self.glob("**/" + pattern)

    def _match(self, patterns):
        from fnmatch import fnmatchcase

        if not patterns:
            yield self
            return
        first, rest = patterns[0], patterns[1:]
        if first == "**":
            yield from self._match(rest)
        for child in sorted(self.iterdir()) if self.is_dir() else ():
            if first == "**":
                if child.is_dir():
                    yield from child._match(patterns)
            elif fnmatchcase(child.name, first):
                yield from child._match(rest)

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        if parents:
            os.makedirs(str(self.parent), exist_ok=True)
        try:
            os.mkdir(self._path)
        except OSError as e:
            if not (exist_ok and e.errno == errno.EEXIST and self.is_dir()):
                raise

    def rmdir(self):
        os.rmdir(self._path)

    def unlink(self, missing_ok=False):
        try:
            os.remove(self._path)
        except OSError as e:
            if not (missing_ok and e.errno == errno.ENOENT):
                raise

    def rename(self, target):
        os.rename(self._path, str(target))
        return Path(target)

    def touch(self, exist_ok=True):
        if not exist_ok and self.exists():
            raise OSError(errno.EEXIST)
        open(self._path, "a").close()

    def open(self, mode="r", encoding=None):
        return open(self._path, mode)

    def read_bytes(self):
        with open(self._path, "rb") as file:
            return file.read()

    def read_text(self, encoding=None):
        with open(self._path) as file:
            return file.read()

    def write_bytes(self, data):
        with open(self._path, "wb") as file:
            return file.write(data)

    def write_text(self, data, encoding=None):
        with open(self._path, "w") as file:
            return file.write(data)
