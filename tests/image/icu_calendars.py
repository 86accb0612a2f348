#!/usr/bin/env python3
"""With the image's ICU data calendars say what they say with all of Debian's: dates in every calendar, in some zones, and which
calendars there are. usage: icu_calendars.py ROOTFS | icu_calendars.py (prints what is said)"""
import ctypes
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ZONES = ["Etc/UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
FIELDS = {"era": 0, "year": 1, "month": 2, "week": 3, "date": 5, "weekday": 7, "hour": 11, "zone": 15, "summer": 16, "leap month": 22}


def libraries():
    """ICU, and the suffix that its names have: its major version."""
    found = next(Path("/usr/lib").glob("*/libicui18n.so.[0-9]*"))
    return ctypes.CDLL(str(found)), ctypes.CDLL(str(found).replace("i18n", "uc")), found.name.split(".so.")[1].split(".")[0]


def say():
    i18n, common, version = libraries()
    get = lambda library, name, kind: setattr(f := getattr(library, f"{name}_{version}"), "restype", kind) or f
    status = ctypes.c_int(0)
    listing = get(i18n, "ucal_getKeywordValuesForLocale", ctypes.c_void_p)(b"calendar", b"", 0, ctypes.byref(status))
    following = get(common, "uenum_next", ctypes.c_char_p)
    calendars = []
    while name := following(ctypes.c_void_p(listing), None, ctypes.byref(status)):
        calendars.append(name)
    print(status.value, *sorted(calendars))
    opened, set_time, field = get(i18n, "ucal_open", ctypes.c_void_p), get(i18n, "ucal_setMillis", None), get(i18n, "ucal_get", ctypes.c_int)
    close = get(i18n, "ucal_close", None)
    for calendar in sorted(calendars):
        for zone in ZONES:
            units = (ctypes.c_uint16 * len(zone))(*map(ord, zone))
            handle = ctypes.c_void_p(opened(units, len(zone), b"de@calendar=" + calendar, 0, ctypes.byref(status)))
            if status.value > 0:
                print(calendar, zone, "error", status.value)
                status.value = 0
                continue
            for day in range(0, 36500, 37):  # 1970 to 2069
                set_time(handle, ctypes.c_double(day * 86400e3 + 5e6), ctypes.byref(status))
                values = [field(handle, number, ctypes.byref(status)) for number in FIELDS.values()]
                print(calendar.decode(), zone, day, status.value, *values)
            close(handle)


def said_with(folder):
    environment = os.environ | ({"LD_LIBRARY_PATH": folder} if folder else {})
    return subprocess.run([sys.executable, __file__], check=True, capture_output=True, text=True, env=environment).stdout.splitlines()


def main():
    data = next((Path(sys.argv[1]) / "usr/lib").glob("*/libicudata.so.*.*"))
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(data, f"{folder}/" + ".".join(data.name.split(".")[:3]))
        small, whole = said_with(folder), said_with(None)
    if len(whole) < 10_000:
        sys.exit(f"icu_calendars: only {len(whole)} lines were said")
    print(f"   {len(whole) - 1} dates in {len(whole[0].split()) - 1} calendars")
    if small != whole:
        sys.exit(next(f"icu_calendars: {found}; want {want}" for found, want in zip(small, whole) if found != want))


main() if len(sys.argv) > 1 else say()
