import deflate
import io

_WINDOW = 15


def GzipFile(fileobj):
    return deflate.DeflateIO(fileobj, deflate.GZIP, _WINDOW)


def open(filename, mode="rb"):
    from builtins import open

    return deflate.DeflateIO(open(filename, mode), deflate.GZIP, _WINDOW, True)


def compress(data):
    out = io.BytesIO()
    with deflate.DeflateIO(out, deflate.GZIP, _WINDOW) as stream:
        stream.write(data)
    return out.getvalue()


def decompress(data):
    with deflate.DeflateIO(io.BytesIO(data), deflate.GZIP, _WINDOW) as stream:
        return stream.read()
