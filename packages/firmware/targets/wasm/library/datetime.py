"""Dates and times as CPython has them, without fold, pickling and strptime."""

import time as _clock

MINYEAR = 1
MAXYEAR = 9999

_SECOND = 1000000
_DAY = 86400 * _SECOND
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH = 719163


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_length(year, month):
    return 29 if month == 2 and _is_leap(year) else _LENGTHS[month - 1]


def _days_before_year(year):
    year -= 1
    return year * 365 + year // 4 - year // 100 + year // 400


def _ordinal(year, month, day):
    """Days since the last day before the year 1."""
    return _days_before_year(year) + sum(_month_length(year, m) for m in range(1, month)) + day


def _from_ordinal(n):
    if not 1 <= n <= 3652059:
        raise OverflowError("date value out of range")
    year = n // 366 + 1
    while _days_before_year(year + 1) < n:
        year += 1
    n -= _days_before_year(year)
    month = 1
    while n > _month_length(year, month):
        n -= _month_length(year, month)
        month += 1
    return year, month, n


def _check(name, value, least, most):
    if not least <= value <= most:
        raise ValueError("%s must be in %d..%d" % (name, least, most))


def _check_date(year, month, day):
    _check("year", year, MINYEAR, MAXYEAR)
    _check("month", month, 1, 12)
    _check("day", day, 1, _month_length(year, month))


def _check_time(hour, minute, second, microsecond):
    _check("hour", hour, 0, 23)
    _check("minute", minute, 0, 59)
    _check("second", second, 0, 59)
    _check("microsecond", microsecond, 0, 999999)


def _clock_text(us, timespec="auto"):
    """Microseconds of a day as `hh:mm:ss` with as much of the fraction as is asked for."""
    seconds, fraction = divmod(us, _SECOND)
    hour, seconds = divmod(seconds, 3600)
    text = "%02d:%02d:%02d" % (hour, seconds // 60, seconds % 60)
    if timespec == "hours":
        return text[:2]
    if timespec == "minutes":
        return text[:5]
    if timespec == "milliseconds":
        return text + ".%03d" % (fraction // 1000)
    if timespec == "microseconds" or timespec == "auto" and fraction:
        return text + ".%06d" % fraction
    return text


def _offset_text(offset, colon=":"):
    if offset is None:
        return ""
    us = offset._us
    sign = "-" if us < 0 else "+"
    seconds, fraction = divmod(abs(us), _SECOND)
    text = "%s%02d%s%02d" % (sign, seconds // 3600, colon, seconds // 60 % 60)
    if seconds % 60 or fraction:
        text += "%s%02d" % (colon, seconds % 60)
    return text + (".%06d" % fraction if fraction else "")


def _digits(text, at, count):
    part = text[at : at + count]
    if len(part) != count or not part.isdigit():
        raise ValueError("invalid isoformat string: %r" % text)
    return int(part)


def _read_date(text):
    if len(text) == 10 and text[4] == text[7] == "-":
        return _digits(text, 0, 4), _digits(text, 5, 2), _digits(text, 8, 2)
    if len(text) == 8:
        return _digits(text, 0, 4), _digits(text, 4, 2), _digits(text, 6, 2)
    raise ValueError("invalid isoformat string: %r" % text)


def _read_clock(text):
    """Hour, minute, second and microsecond of `hh[:mm[:ss[.fff[fff]]]]`, with or without colons."""
    whole, dot, fraction = text.replace(",", ".").partition(".")
    parts = whole.split(":") if ":" in whole else [whole[i : i + 2] for i in range(0, len(whole), 2)]
    if not 1 <= len(parts) <= 3 or dot and len(parts) < 3:
        raise ValueError("invalid isoformat string: %r" % text)
    numbers = [_digits(part, 0, max(2, len(part))) for part in parts]
    if any(len(part) != 2 for part in parts):
        raise ValueError("invalid isoformat string: %r" % text)
    if dot and not fraction.isdigit():
        raise ValueError("invalid isoformat string: %r" % text)
    return numbers + [0] * (3 - len(numbers)) + [int((fraction + "000000")[:6])]


def _read_time(text):
    """The four numbers of a time and its timezone, or None."""
    if text.endswith("Z"):
        return _read_clock(text[:-1]) + [timezone.utc]
    at = max(text.rfind("+"), text.rfind("-"))
    if at < 0:
        return _read_clock(text) + [None]
    hour, minute, second, microsecond = _read_clock(text[at + 1 :])
    offset = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)
    if text[at] == "-":
        offset = -offset
    return _read_clock(text[:at]) + [timezone(offset) if offset else timezone.utc]


def _format(text, fields, us, offset, name):
    text = text.replace("%f", "%06d" % (us % _SECOND))
    text = text.replace("%z", _offset_text(offset, "")).replace("%Z", name or "")
    return _clock.strftime(text, fields)


class timedelta:
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        us = 0
        for value, unit in (
            (weeks, 7 * _DAY),
            (days, _DAY),
            (hours, 3600 * _SECOND),
            (minutes, 60 * _SECOND),
            (seconds, _SECOND),
            (milliseconds, 1000),
            (microseconds, 1),
        ):
            us += value * unit if isinstance(value, int) else round(value * unit)
        if not -999999999 * _DAY <= us < 1000000000 * _DAY:
            raise OverflowError("timedelta out of range")
        self._us = us

    @property
    def days(self):
        return self._us // _DAY

    @property
    def seconds(self):
        return self._us % _DAY // _SECOND

    @property
    def microseconds(self):
        return self._us % _SECOND

    def total_seconds(self):
        return self._us / _SECOND

    def __repr__(self):
        parts = [
            "%s=%d" % (name, getattr(self, name)) for name in ("days", "seconds", "microseconds") if getattr(self, name)
        ]
        return "datetime.timedelta(%s)" % (", ".join(parts) or "0")

    def __str__(self):
        hours, rest = divmod(self._us % _DAY, 3600 * _SECOND)
        text = "%d:%s" % (hours, _clock_text(rest)[3:])
        if self.days:
            text = "%d day%s, %s" % (self.days, "" if abs(self.days) == 1 else "s", text)
        return text

    def __eq__(self, other):
        return isinstance(other, timedelta) and self._us == other._us

    def __lt__(self, other):
        return self._us < other._us

    def __le__(self, other):
        return self._us <= other._us

    def __gt__(self, other):
        return self._us > other._us

    def __ge__(self, other):
        return self._us >= other._us

    def __hash__(self):
        return hash(self._us)

    def __bool__(self):
        return self._us != 0

    def __neg__(self):
        return timedelta(microseconds=-self._us)

    def __pos__(self):
        return self

    def __abs__(self):
        return timedelta(microseconds=abs(self._us))

    def __add__(self, other):
        if isinstance(other, timedelta):
            return timedelta(microseconds=self._us + other._us)
        return other + self

    def __sub__(self, other):
        return timedelta(microseconds=self._us - other._us)

    def __mul__(self, other):
        return timedelta(microseconds=self._us * other)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        if isinstance(other, timedelta):
            return self._us / other._us
        return timedelta(microseconds=self._us / other)

    def __floordiv__(self, other):
        if isinstance(other, timedelta):
            return self._us // other._us
        return timedelta(microseconds=self._us // other)

    def __mod__(self, other):
        return timedelta(microseconds=self._us % other._us)

    def __divmod__(self, other):
        return self // other, self % other


timedelta.min = timedelta(-999999999)
timedelta.max = timedelta(999999999, 86399, 999999)
timedelta.resolution = timedelta(microseconds=1)


class tzinfo:
    def utcoffset(self, dt):
        raise NotImplementedError

    def tzname(self, dt):
        raise NotImplementedError

    def dst(self, dt):
        raise NotImplementedError

    def fromutc(self, dt):
        return dt + self.utcoffset(dt)


class timezone(tzinfo):
    def __init__(self, offset, name=None):
        if not -_DAY < offset._us < _DAY:
            raise ValueError("offset must be less than a day")
        self._offset = offset
        self._name = name

    def utcoffset(self, dt):
        return self._offset

    def dst(self, dt):
        return None

    def tzname(self, dt):
        if self._name is not None:
            return self._name
        return "UTC" + _offset_text(self._offset) if self._offset else "UTC"

    def __eq__(self, other):
        return isinstance(other, timezone) and self._offset == other._offset

    def __hash__(self):
        return hash(self._offset)

    def __repr__(self):
        if self is timezone.utc:
            return "datetime.timezone.utc"
        name = "" if self._name is None else ", %r" % self._name
        return "datetime.timezone(%r%s)" % (self._offset, name)

    def __str__(self):
        return self.tzname(None)


timezone.utc = timezone(timedelta(0))


class date:
    def __init__(self, year, month, day):
        _check_date(year, month, day)
        self._ordinal = _ordinal(year, month, day)
        self.year = year
        self.month = month
        self.day = day

    @classmethod
    def fromordinal(cls, n):
        return cls(*_from_ordinal(n))

    @classmethod
    def fromtimestamp(cls, timestamp):
        return cls(*_clock.localtime(int(timestamp // 1))[:3])

    @classmethod
    def today(cls):
        return cls.fromtimestamp(_clock.time())

    @classmethod
    def fromisoformat(cls, text):
        return cls(*_read_date(text))

    def replace(self, year=None, month=None, day=None):
        return date(
            self.year if year is None else year,
            self.month if month is None else month,
            self.day if day is None else day,
        )

    def toordinal(self):
        return self._ordinal

    def weekday(self):
        return (self._ordinal + 6) % 7

    def isoweekday(self):
        return self._ordinal % 7 or 7

    def isocalendar(self):
        """The year, week and weekday of ISO 8601: a week belongs to the year of its Thursday."""
        thursday = self._ordinal - self.weekday() + 3
        year = _from_ordinal(thursday)[0]
        return year, (thursday - _days_before_year(year) - 1) // 7 + 1, self.isoweekday()

    def timetuple(self):
        return self._fields(0)

    def _fields(self, us):
        seconds = us // _SECOND
        return (
            self.year,
            self.month,
            self.day,
            seconds // 3600,
            seconds // 60 % 60,
            seconds % 60,
            self.weekday(),
            self._ordinal - _days_before_year(self.year),
            -1,
        )

    def isoformat(self):
        return "%04d-%02d-%02d" % (self.year, self.month, self.day)

    def strftime(self, format):
        return _format(format, self.timetuple(), 0, None, None)

    def __str__(self):
        return self.isoformat()

    def __repr__(self):
        return "datetime.date(%d, %d, %d)" % (self.year, self.month, self.day)

    def __hash__(self):
        return hash(self._ordinal)

    def __eq__(self, other):
        return type(self) is type(other) and self._ordinal == other._ordinal

    def __lt__(self, other):
        return self._ordinal < other._ordinal

    def __le__(self, other):
        return self._ordinal <= other._ordinal

    def __gt__(self, other):
        return self._ordinal > other._ordinal

    def __ge__(self, other):
        return self._ordinal >= other._ordinal

    def __add__(self, other):
        return date.fromordinal(self._ordinal + other.days)

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return date.fromordinal(self._ordinal - other.days)
        return timedelta(self._ordinal - other._ordinal)


date.min = date(MINYEAR, 1, 1)
date.max = date(MAXYEAR, 12, 31)
date.resolution = timedelta(1)


class time:
    def __init__(self, hour=0, minute=0, second=0, microsecond=0, tzinfo=None):
        _check_time(hour, minute, second, microsecond)
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
        self.tzinfo = tzinfo
        self._us = ((hour * 60 + minute) * 60 + second) * _SECOND + microsecond

    @classmethod
    def fromisoformat(cls, text):
        return cls(*_read_time(text[1:] if text.startswith("T") else text))

    def replace(self, hour=None, minute=None, second=None, microsecond=None, tzinfo=True):
        return time(
            self.hour if hour is None else hour,
            self.minute if minute is None else minute,
            self.second if second is None else second,
            self.microsecond if microsecond is None else microsecond,
            self.tzinfo if tzinfo is True else tzinfo,
        )

    def utcoffset(self):
        return None if self.tzinfo is None else self.tzinfo.utcoffset(None)

    def tzname(self):
        return None if self.tzinfo is None else self.tzinfo.tzname(None)

    def dst(self):
        return None if self.tzinfo is None else self.tzinfo.dst(None)

    def isoformat(self, timespec="auto"):
        return _clock_text(self._us, timespec) + _offset_text(self.utcoffset())

    def strftime(self, format):
        fields = (1900, 1, 1, self.hour, self.minute, self.second, 0, 1, -1)
        return _format(format, fields, self._us, self.utcoffset(), self.tzname())

    def __str__(self):
        return self.isoformat()

    def __repr__(self):
        return "datetime.time(%s%s)" % (_numbers(self), _zone(self))

    def _key(self, other):
        mine, theirs = self.utcoffset(), other.utcoffset()
        if (mine is None) != (theirs is None):
            raise TypeError("can't compare offset-naive and offset-aware times")
        return (self._us, other._us) if mine is None else (self._us - mine._us, other._us - theirs._us)

    def __hash__(self):
        offset = self.utcoffset()
        return hash(self._us if offset is None else self._us - offset._us)

    def __eq__(self, other):
        if not isinstance(other, time) or (self.utcoffset() is None) != (other.utcoffset() is None):
            return False
        one, two = self._key(other)
        return one == two

    def __lt__(self, other):
        one, two = self._key(other)
        return one < two

    def __le__(self, other):
        one, two = self._key(other)
        return one <= two

    def __gt__(self, other):
        one, two = self._key(other)
        return one > two

    def __ge__(self, other):
        one, two = self._key(other)
        return one >= two


time.min = time(0, 0)
time.max = time(23, 59, 59, 999999)
time.resolution = timedelta(microseconds=1)


def _numbers(value):
    """The numbers of a time for its repr: the last ones are left out where they are 0."""
    numbers = [value.hour, value.minute, value.second, value.microsecond]
    while len(numbers) > 2 and numbers[-1] == 0:
        numbers.pop()
    return ", ".join(str(number) for number in numbers)


def _zone(value):
    return "" if value.tzinfo is None else ", tzinfo=%r" % (value.tzinfo,)


class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None):
        super().__init__(year, month, day)
        _check_time(hour, minute, second, microsecond)
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
        self.tzinfo = tzinfo
        self._us = self._ordinal * _DAY + ((hour * 60 + minute) * 60 + second) * _SECOND + microsecond

    @classmethod
    def _from_us(cls, us, tzinfo):
        days, us = divmod(us, _DAY)
        seconds, microsecond = divmod(us, _SECOND)
        return cls(
            *_from_ordinal(days), seconds // 3600, seconds // 60 % 60, seconds % 60, microsecond, tzinfo
        )

    @classmethod
    def fromtimestamp(cls, timestamp, tz=None):
        us = timestamp * _SECOND if isinstance(timestamp, int) else round(timestamp * _SECOND)
        if tz is not None:
            return tz.fromutc(cls._from_us(_EPOCH * _DAY + us, tz))
        seconds, microsecond = divmod(us, _SECOND)
        return cls(*_clock.localtime(seconds)[:6], microsecond)

    @classmethod
    def now(cls, tz=None):
        us = _clock.time_ns() // 1000
        value = cls.fromtimestamp(us // _SECOND, tz)
        return value + timedelta(microseconds=us % _SECOND)

    @classmethod
    def today(cls):
        return cls.now()

    @classmethod
    def fromordinal(cls, n):
        return cls(*_from_ordinal(n))

    @classmethod
    def combine(cls, date, time, tzinfo=True):
        return cls(
            date.year,
            date.month,
            date.day,
            time.hour,
            time.minute,
            time.second,
            time.microsecond,
            time.tzinfo if tzinfo is True else tzinfo,
        )

    @classmethod
    def fromisoformat(cls, text):
        at = 10 if text[4:5] == "-" else 8
        if len(text) == at:
            return cls(*_read_date(text))
        return cls(*_read_date(text[:at]), *_read_time(text[at + 1 :]))

    def date(self):
        return date(self.year, self.month, self.day)

    def time(self):
        return time(self.hour, self.minute, self.second, self.microsecond)

    def timetz(self):
        return time(self.hour, self.minute, self.second, self.microsecond, self.tzinfo)

    def replace(
        self, year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None, tzinfo=True
    ):
        return datetime.combine(
            super().replace(year, month, day), self.timetz().replace(hour, minute, second, microsecond, tzinfo)
        )

    def astimezone(self, tz=None):
        if tz is None:
            raise NotImplementedError("astimezone() needs a timezone here")
        if tz is self.tzinfo:
            return self
        if self.tzinfo is None:
            raise NotImplementedError("astimezone() of a time without timezone")
        return tz.fromutc(datetime._from_us(self._us - self.utcoffset()._us, tz))

    def utcoffset(self):
        return None if self.tzinfo is None else self.tzinfo.utcoffset(self)

    def tzname(self):
        return None if self.tzinfo is None else self.tzinfo.tzname(self)

    def dst(self):
        return None if self.tzinfo is None else self.tzinfo.dst(self)

    def timetuple(self):
        return self._fields(self._us % _DAY)

    def utctimetuple(self):
        return (self if self.tzinfo is None else self.astimezone(timezone.utc)).timetuple()

    def timestamp(self):
        if self.tzinfo is None:
            return _clock.mktime(self.timetuple()[:8]) + self.microsecond / _SECOND
        return (self._us - self.utcoffset()._us - _EPOCH * _DAY) / _SECOND

    def isoformat(self, sep="T", timespec="auto"):
        return super().isoformat() + sep + _clock_text(self._us % _DAY, timespec) + _offset_text(self.utcoffset())

    def strftime(self, format):
        return _format(format, self.timetuple(), self._us, self.utcoffset(), self.tzname())

    def __str__(self):
        return self.isoformat(" ")

    def __repr__(self):
        return "datetime.datetime(%d, %d, %d, %s%s)" % (self.year, self.month, self.day, _numbers(self), _zone(self))

    def _key(self, other):
        mine, theirs = self.utcoffset(), other.utcoffset()
        if (mine is None) != (theirs is None):
            raise TypeError("can't compare offset-naive and offset-aware datetimes")
        return (self._us, other._us) if mine is None else (self._us - mine._us, other._us - theirs._us)

    def __hash__(self):
        offset = self.utcoffset()
        return hash(self._us if offset is None else self._us - offset._us)

    def __eq__(self, other):
        if not isinstance(other, datetime) or (self.utcoffset() is None) != (other.utcoffset() is None):
            return False
        one, two = self._key(other)
        return one == two

    def __lt__(self, other):
        one, two = self._key(other)
        return one < two

    def __le__(self, other):
        one, two = self._key(other)
        return one <= two

    def __gt__(self, other):
        one, two = self._key(other)
        return one > two

    def __ge__(self, other):
        one, two = self._key(other)
        return one >= two

    def __add__(self, other):
        return datetime._from_us(self._us + other._us, self.tzinfo)

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return datetime._from_us(self._us - other._us, self.tzinfo)
        one, two = self._key(other)
        return timedelta(microseconds=one - two)


datetime.min = datetime(MINYEAR, 1, 1)
datetime.max = datetime(MAXYEAR, 12, 31, 23, 59, 59, 999999)
datetime.resolution = timedelta(microseconds=1)
