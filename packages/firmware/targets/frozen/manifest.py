# What is frozen into our builds: asyncio, and what MicroPython's own tests use of unittest. Debian's source has no
# lib/micropython-lib.
include("$(MPY_DIR)/extmod/asyncio")
module("unittest.py")
