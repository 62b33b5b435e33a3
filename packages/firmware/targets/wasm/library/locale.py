def getpreferredencoding(do_setlocale=True):
    return "utf-8"
