from uos import *
from . import path

sep = "/"
linesep = "\n"


def makedirs(name, mode=0o777, exist_ok=False):
    made = ""
    parts = name.rstrip("/").split("/")
    for index, part in enumerate(parts):
        made += part
        if made and not (path.isdir(made) and (exist_ok or index < len(parts) - 1)):
            mkdir(made)
        made += "/"


def walk(top, topdown=True):
    folders = []
    files = []
    for entry in ilistdir(top):
        (folders if entry[1] & 0x4000 else files).append(entry[0])
    if topdown:
        yield top, folders, files
    for folder in folders:
        yield from walk(path.join(top, folder), topdown)
    if not topdown:
        yield top, folders, files
