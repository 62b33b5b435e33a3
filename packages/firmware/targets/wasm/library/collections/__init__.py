from ucollections import *
from .defaultdict import defaultdict


class MutableMapping:
    pass
