from uio import *

SEEK_SET = 0
SEEK_CUR = 1
SEEK_END = 2
