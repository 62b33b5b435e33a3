# The same for the webassembly port, whose asyncio is scheduled by JavaScript.
include("$(PORT_DIR)/variants/manifest.py")
module("unittest.py")
