from utime import *

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def strftime(format, fields=None):
    year, month, day, hour, minute, second, weekday, yearday = (fields or localtime())[:8]
    values = {
        "a": _DAYS[weekday][:3],
        "A": _DAYS[weekday],
        "b": _MONTHS[month - 1][:3],
        "B": _MONTHS[month - 1],
        "d": "%02d" % day,
        "H": "%02d" % hour,
        "I": "%02d" % (hour % 12 or 12),
        "j": "%03d" % yearday,
        "m": "%02d" % month,
        "M": "%02d" % minute,
        "p": "AM" if hour < 12 else "PM",
        "S": "%02d" % second,
        "w": str((weekday + 1) % 7),
        "y": "%02d" % (year % 100),
        "Y": "%04d" % year,
        "%": "%",
    }
    out = ""
    at = 0
    while at < len(format):
        c = format[at]
        at += 1
        if c == "%" and at < len(format):
            out += values.get(format[at], "%" + format[at])
            at += 1
        else:
            out += c
    return out
