# What is frozen into the WebAssembly builds: the port's asyncio, which is scheduled by JavaScript, and modules of the
# standard library that npm's build has from micropython-lib. They are written anew: Debian's source has none of that.
include("$(PORT_DIR)/variants/manifest.py")
package("collections")
package("os")
for name in (
    "abc base64 copy datetime fnmatch functools gzip hmac html inspect io itertools locale logging operator pathlib "
    "stat string time types unittest zlib"
).split():
    module(name + ".py")
