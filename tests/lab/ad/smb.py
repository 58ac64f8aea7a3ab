"""smb.py USER ACTION: performs an action on the share Work as a user, and prints the results.

Standard input holds a JSON list, standard output gets one of the same length.

  make   [{"folder", "sddl"}]: makes the folders and gives them descriptors, the entries in the order of the text; null
  put    [path]: makes a file; true or the reason
  try    [path]: lists the file's folder, reads the file, deletes it; {"list", "read", "delete"}, true or the reason each
"""
import json
import os
import sys

from samba import NTSTATUSError, credentials, param
from samba.dcerpc import security
from samba.samba3 import libsmb_samba_internal as libsmb
from samba.samba3 import param as s3param

settings = f"{os.environ['LAB_DIR']}/ad/smb.conf"
user, action = sys.argv[1:]
parameters = param.LoadParm()
parameters.load(settings)
own = s3param.get_context()
own.load(settings)
logon = credentials.Credentials()
logon.guess(parameters)
logon.set_username(user)
logon.set_domain(os.environ["LAB_NETBIOS"])
logon.set_password(os.environ["LAB_PASSWORD"])
share = libsmb.Conn(os.environ["LAB_AD_HOST"], "Work", lp=own, creds=logon)
domain = security.dom_sid(os.environ["LAB_SID"])
PARTS = security.SECINFO_OWNER | security.SECINFO_GROUP | security.SECINFO_DACL | security.SECINFO_PROTECTED_DACL


def windows(path):
    return path.replace("/", "\\")


def attempt(step):
    try:
        step()
        return True
    except NTSTATUSError as error:
        return error.args[1]


def make(case):
    folder = windows(case["folder"])
    share.mkdir(folder)
    text = case["sddl"]
    is_null = text.endswith("D:NO_ACCESS_CONTROL")
    descriptor = security.descriptor.from_sddl(text.removesuffix("D:NO_ACCESS_CONTROL"), domain)
    if is_null:
        descriptor.type |= security.SEC_DESC_DACL_PRESENT
    share.set_acl(folder, descriptor, PARTS)


def trial(path):
    path = windows(path)
    folder = path.rpartition("\\")[0]
    return {"list": attempt(lambda: share.list(folder)), "read": attempt(lambda: share.loadfile(path)),
            "delete": attempt(lambda: share.unlink(path))}


ACTIONS = {"make": make, "put": lambda path: attempt(lambda: share.savefile(windows(path), b"x-sender: a@b\r\n")),
           "try": trial}
json.dump([ACTIONS[action](each) for each in json.load(sys.stdin)], sys.stdout)
