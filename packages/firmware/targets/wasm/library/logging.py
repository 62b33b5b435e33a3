import io
import sys
import time

CRITICAL = 50
ERROR = 40
WARNING = 30
INFO = 20
DEBUG = 10
NOTSET = 0

_names = {CRITICAL: "CRITICAL", ERROR: "ERROR", WARNING: "WARNING", INFO: "INFO", DEBUG: "DEBUG", NOTSET: "NOTSET"}
_loggers = {}
_default_format = "%(levelname)s:%(name)s:%(message)s"


def addLevelName(level, name):
    _names[level] = name


def getLevelName(level):
    return _names.get(level, "Level %s" % level)


class LogRecord:
    def __init__(self, name, level, message):
        self.name = name
        self.levelno = level
        self.levelname = getLevelName(level)
        self.message = message
        self.ct = time.time()
        self.msecs = time.ticks_ms() % 1000
        self.asctime = None


class Formatter:
    def __init__(self, fmt=None, datefmt=None):
        self.fmt = _default_format if fmt is None else fmt
        self.datefmt = datefmt

    def usesTime(self):
        return "asctime" in self.fmt

    def formatTime(self, record, datefmt=None):
        fields = time.localtime(record.ct)
        if datefmt is not None and hasattr(time, "strftime"):
            return time.strftime(datefmt, fields)
        return "%04d-%02d-%02d %02d:%02d:%02d" % tuple(fields[:6])

    def format(self, record):
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        return self.fmt % {
            "name": record.name,
            "message": record.message,
            "msecs": record.msecs,
            "asctime": record.asctime,
            "levelname": record.levelname,
            "levelno": record.levelno,
        }


class Handler:
    def __init__(self, level=NOTSET):
        self.level = level
        self.formatter = None

    def setLevel(self, level):
        self.level = level

    def setFormatter(self, formatter):
        self.formatter = formatter

    def format(self, record):
        return (self.formatter or _default_formatter).format(record)

    def close(self):
        pass


class StreamHandler(Handler):
    def __init__(self, stream=None):
        super().__init__()
        self.stream = sys.stderr if stream is None else stream
        self.terminator = "\n"

    def emit(self, record):
        if record.levelno >= self.level:
            self.stream.write(self.format(record) + self.terminator)

    def close(self):
        if hasattr(self.stream, "flush"):
            self.stream.flush()


class FileHandler(StreamHandler):
    def __init__(self, filename, mode="a", encoding="utf-8"):
        super().__init__(open(filename, mode))

    def close(self):
        super().close()
        self.stream.close()


class Logger:
    def __init__(self, name, level=NOTSET):
        self.name = name
        self.level = level
        self.handlers = []

    def setLevel(self, level):
        self.level = level

    def getEffectiveLevel(self):
        return self.level or getLogger().level or WARNING

    def isEnabledFor(self, level):
        return level >= self.getEffectiveLevel()

    def log(self, level, msg, *args):
        if not self.isEnabledFor(level):
            return
        if args:
            msg = msg % (args[0] if isinstance(args[0], dict) else args)
        record = LogRecord(self.name, level, str(msg))
        handlers = self.handlers or getLogger().handlers
        if not handlers:
            basicConfig()
            handlers = getLogger().handlers
        for handler in handlers:
            handler.emit(record)

    def debug(self, msg, *args):
        self.log(DEBUG, msg, *args)

    def info(self, msg, *args):
        self.log(INFO, msg, *args)

    def warning(self, msg, *args):
        self.log(WARNING, msg, *args)

    def error(self, msg, *args):
        self.log(ERROR, msg, *args)

    def critical(self, msg, *args):
        self.log(CRITICAL, msg, *args)

    def exception(self, msg, *args, exc_info=True):
        """Logs an error, with the traceback of `exc_info` if that is an exception: which one is handled can't be asked."""
        self.error(msg, *args)
        if isinstance(exc_info, BaseException):
            text = io.StringIO()
            sys.print_exception(exc_info, text)
            self.error("%s", text.getvalue())

    def addHandler(self, handler):
        self.handlers.append(handler)

    def removeHandler(self, handler):
        if handler in self.handlers:
            self.handlers.remove(handler)

    def hasHandlers(self):
        return bool(self.handlers or getLogger().handlers)


_default_formatter = Formatter()


def getLogger(name=None):
    name = name or "root"
    if name not in _loggers:
        _loggers[name] = Logger(name, WARNING if name == "root" else NOTSET)
    return _loggers[name]


def basicConfig(
    filename=None, filemode="a", format=None, datefmt=None, level=None, stream=None, encoding="utf-8", force=False
):
    root = getLogger()
    if root.handlers and not force:
        return
    shutdown()
    handler = StreamHandler(stream) if filename is None else FileHandler(filename, filemode, encoding)
    handler.setFormatter(Formatter(format, datefmt))
    root.handlers = [handler]
    if level is not None:
        root.setLevel(level)


def shutdown():
    for logger in _loggers.values():
        for handler in logger.handlers:
            handler.close()


def debug(msg, *args):
    getLogger().debug(msg, *args)


def info(msg, *args):
    getLogger().info(msg, *args)


def warning(msg, *args):
    getLogger().warning(msg, *args)


def error(msg, *args):
    getLogger().error(msg, *args)


def critical(msg, *args):
    getLogger().critical(msg, *args)


def exception(msg, *args, exc_info=True):
    getLogger().exception(msg, *args, exc_info=exc_info)
