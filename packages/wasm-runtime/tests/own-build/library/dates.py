from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, timezone, tzinfo


def attempt(action):
    try:
        print(action())
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__)


print(MINYEAR, MAXYEAR, date.min, date.max, datetime.max, time.max, timedelta.max, timedelta.min)
for args in ((1,), (0, -1), (0, 0, 1), (1, 3661, 500000), (-1, 1), (0, 3599.75), (100, 0, 999999)):
    t = timedelta(*args)
    print(repr(t), t, t.days, t.seconds, t.microseconds, t.total_seconds(), bool(t), abs(t), -t)
t = timedelta(weeks=1, hours=5, minutes=-3, milliseconds=7)
print(t, t + t, t - timedelta(1), t * 3, 2 * t, t / 2, t // 7, t / timedelta(hours=1), t % timedelta(hours=1))
print(t > timedelta(7), t == timedelta(7, 17820, 7000), divmod(t, timedelta(1)), hash(t) == hash(t + timedelta(0)))
for d in (date(2000, 2, 29), date(1999, 12, 31), date(2021, 1, 3), date(2020, 12, 31), date(1, 1, 1), date(9999, 12, 31)):
    iso = d.isocalendar()
    print(repr(d), d, d.weekday(), d.isoweekday(), d.toordinal(), tuple(iso), tuple(d.timetuple()), date.fromordinal(d.toordinal()) == d)
d = date(2024, 2, 28)
print(d + timedelta(2), d - timedelta(59), d - date(2023, 2, 28), d.replace(year=2023), d.strftime("%a %d %b %Y %j %%"))
print(d < date(2024, 3, 1), d == date.fromisoformat("2024-02-28"), date.fromisoformat("20240228"), [d] == [date(2024, 2, 28)])
for action in (
    lambda: date(2023, 2, 29),
    lambda: date(0, 1, 1),
    lambda: date.max + timedelta(1),
    lambda: time(24),
    lambda: datetime(2020, 1, 1, 0, 60),
    lambda: date.fromisoformat("2020-1-1"),
    lambda: time.fromisoformat("12:3"),
    lambda: datetime(2020, 1, 1) - datetime(2020, 1, 1, tzinfo=timezone.utc),
    lambda: timezone(timedelta(1)),
    lambda: timedelta(1 << 40),
):
    attempt(action)
for text in ("04:05", "04:05:06", "T04:05:06.007", "040506", "04:05:06.000007+01:30", "23:59Z", "04-00:30"):
    t = time.fromisoformat(text)
    print(repr(t), t, t.utcoffset(), t.tzname())
t = time(13, 5, 9, 60)
print(t.strftime("%I:%M:%S %p %f"), t.replace(minute=0), t.isoformat("minutes"), t.isoformat("milliseconds"), t < time(13, 6))
east = timezone(timedelta(hours=5, minutes=30), "EAST")
for text in ("2011-11-04", "2011-11-04T00:05:23", "2011-11-04 00:05:23.283", "2011-11-04T00:05:23+04:00", "20111104T000523Z"):
    dt = datetime.fromisoformat(text)
    print(repr(dt), dt, dt.isoformat(), dt.date(), dt.time(), repr(dt.timetz()), tuple(dt.timetuple())[:8])
dt = datetime(2024, 12, 31, 23, 30, 1, 5, timezone.utc)
local = dt.astimezone(east)
print(local, repr(local), local == dt, hash(local) == hash(dt), local.tzname(), local.utcoffset(), local.date(), dt - local)
print(dt.timestamp(), datetime.fromtimestamp(1700000000.25, timezone.utc), datetime.fromtimestamp(0, east), tuple(local.utctimetuple())[:8])
print(dt + timedelta(seconds=59), dt - timedelta(days=366), dt.replace(tzinfo=None, year=1999), dt.strftime("%Y%m%dT%H%M%S.%f%z %Z"))
print(datetime.combine(d, t), datetime.combine(d, t, east), dt > datetime(2024, 12, 31, tzinfo=timezone.utc), isinstance(dt, date))
print(east, repr(east), timezone.utc, repr(timezone.utc), timezone(-timedelta(minutes=90)), timezone.utc == timezone(timedelta(0)))
print(datetime.now() - datetime.now() < timedelta(1), date.today() == datetime.today().date(), datetime.now(timezone.utc).tzinfo is timezone.utc)


class Summer(tzinfo):
    def utcoffset(self, dt):
        return timedelta(hours=2 if dt.month in (6, 7, 8) else 1)

    def tzname(self, dt):
        return "S"

    def dst(self, dt):
        return self.utcoffset(dt) - timedelta(hours=1)


print(datetime(2024, 7, 1, 12, tzinfo=Summer()).isoformat(), datetime(2024, 1, 1, 12, tzinfo=Summer()).dst())
