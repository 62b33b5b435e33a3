import deflate
import io


def _format(wbits):
    """Format and window of what CPython means by `wbits`."""
    if wbits < 0:
        return deflate.RAW, -wbits
    if wbits > 31:
        return deflate.AUTO, wbits - 32
    if wbits > 15:
        return deflate.GZIP, wbits - 16
    return deflate.ZLIB, wbits


def compress(data, level=-1, wbits=15):
    out = io.BytesIO()
    with deflate.DeflateIO(out, *_format(wbits)) as stream:
        stream.write(data)
    return out.getvalue()


def decompress(data, wbits=15, bufsize=16384):
    with deflate.DeflateIO(io.BytesIO(data), *_format(wbits)) as stream:
        return stream.read()
