"""RFC 4648: base64, base32 and base16."""

import binascii

_ALPHABET32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _bytes(data):
    return data.encode() if isinstance(data, str) else bytes(data)


def _swap(data, pairs):
    for one, other in pairs:
        data = data.replace(one, other)
    return data


def b64encode(s, altchars=None):
    encoded = binascii.b2a_base64(s)[:-1]
    if altchars is not None:
        altchars = _bytes(altchars)
        encoded = _swap(encoded, ((b"+", altchars[:1]), (b"/", altchars[1:])))
    return encoded


def b64decode(s, altchars=None, validate=False):
    s = _bytes(s)
    if altchars is not None:
        altchars = _bytes(altchars)
        s = _swap(s, ((altchars[:1], b"+"), (altchars[1:], b"/")))
    if validate:
        digits = s.rstrip(b"=")
        if len(s) - len(digits) > 2 or any(
            not (48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122 or c in b"+/") for c in digits
        ):
            raise ValueError("non-base64 digit found")
    return binascii.a2b_base64(s)


def standard_b64encode(s):
    return b64encode(s)


def standard_b64decode(s):
    return b64decode(s)


def urlsafe_b64encode(s):
    return b64encode(s, b"-_")


def urlsafe_b64decode(s):
    return b64decode(s, b"-_")


def encodebytes(s):
    return b"".join(binascii.b2a_base64(s[i : i + 57]) for i in range(0, len(s), 57))


def decodebytes(s):
    return binascii.a2b_base64(s)


def b32encode(s):
    s = bytes(s)
    out = bytearray()
    for i in range(0, len(s), 5):
        part = s[i : i + 5]
        number = int.from_bytes(part + bytes(5 - len(part)), "big")
        digits = bytes(_ALPHABET32[number >> shift & 31] for shift in range(35, -1, -5))
        used = (len(part) * 8 + 4) // 5
        out += digits[:used] + b"=" * (8 - used)
    return bytes(out)


def b32decode(s, casefold=False, map01=None):
    s = _bytes(s)
    if map01 is not None:
        s = _swap(s, ((b"0", b"O"), (b"1", _bytes(map01))))
    if casefold:
        s = s.upper()
    if len(s) % 8:
        raise ValueError("incorrect padding")
    out = bytearray()
    for i in range(0, len(s), 8):
        digits = s[i : i + 8].rstrip(b"=")
        padding = 8 - len(digits)
        if padding not in (0, 1, 3, 4, 6) or padding and i + 8 < len(s):
            raise ValueError("incorrect padding")
        number = 0
        for digit in digits:
            value = _ALPHABET32.find(bytes((digit,)))
            if value < 0:
                raise ValueError("non-base32 digit found")
            number = number << 5 | value
        out += (number << 5 * padding).to_bytes(5, "big")[: len(digits) * 5 // 8]
    return bytes(out)


def b16encode(s):
    return binascii.hexlify(s).upper()


def b16decode(s, casefold=False):
    s = _bytes(s)
    if casefold:
        s = s.upper()
    if any(not (48 <= c <= 57 or 65 <= c <= 70) for c in s):
        raise ValueError("non-base16 digit found")
    return binascii.unhexlify(s)
