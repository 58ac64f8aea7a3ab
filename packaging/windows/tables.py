#!/usr/bin/env python3
"""Reads an installer's table File or Directory as msiinfo exports it, and prints it with what wixl leaves out: tables.py VERSION

A name that DOS cannot have needs a short one in front of it. The program's version makes Windows Installer replace an
earlier program: a file without a version never replaces one with a version."""
import hashlib
import re
import sys

SHORT = re.compile(r"[A-Za-z0-9_-]{1,8}(\.[A-Za-z0-9_-]{1,3})?")


def with_short(name):
    """Returns a name with a short one in front, made of the name, where it needs one."""
    if "|" in name or SHORT.fullmatch(name) or name in (".", "SourceDir"):
        return name
    stem, dot, ending = name.rpartition(".")
    ending = re.sub(r"[^A-Za-z0-9]", "", ending)[:3].upper() if dot and stem else ""
    short = hashlib.sha256(name.encode()).hexdigest()[:8].upper()
    return f"{short}{'.' + ending if ending else ''}|{name}"


def main():
    version = sys.argv[1]
    rows = sys.stdin.buffer.read().decode("utf-8").split("\r\n")
    columns = rows[0].split("\t")
    out = rows[:3]
    for row in rows[3:]:
        cells = row.split("\t")
        if len(cells) == len(columns):
            for column in ("FileName", "DefaultDir"):
                if column in columns:
                    place = columns.index(column)
                    is_program = cells[place] == "spinmail.exe"
                    cells[place] = with_short(cells[place])
                    if is_program:
                        cells[columns.index("Version")] = f"{version}.0"
                        cells[columns.index("Language")] = "1033"
        out.append("\t".join(cells))
    sys.stdout.buffer.write("\r\n".join(out).encode("utf-8"))


main()
