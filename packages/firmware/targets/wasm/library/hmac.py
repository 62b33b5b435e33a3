"""RFC 2104."""

import binascii
import hashlib


class HMAC:
    def __init__(self, key, msg=None, digestmod=None):
        if digestmod is None:
            raise TypeError("digestmod is required")
        if isinstance(digestmod, str):
            digestmod = getattr(hashlib, digestmod)
        self._make = digestmod if not hasattr(digestmod, "new") else digestmod.new
        self.digest_size = len(self._make(b"").digest())
        self.block_size = 64
        if len(key) > self.block_size:
            key = self._make(key).digest()
        key = bytes(key) + bytes(self.block_size - len(key))
        self._outer = bytes(c ^ 0x5C for c in key)
        # A digest ends its hash, so the message is kept.
        self._inner = bytearray(c ^ 0x36 for c in key)
        if msg is not None:
            self.update(msg)

    def update(self, msg):
        self._inner += msg

    def digest(self):
        return self._make(self._outer + self._make(self._inner).digest()).digest()

    def hexdigest(self):
        return str(binascii.hexlify(self.digest()), "ascii")


def new(key, msg=None, digestmod=None):
    return HMAC(key, msg, digestmod)


def compare_digest(one, other):
    difference = len(one) ^ len(other)
    for a, b in zip(bytes(one, "utf-8") if isinstance(one, str) else one, bytes(other, "utf-8") if isinstance(other, str) else other):
        difference |= a ^ b
    return difference == 0
