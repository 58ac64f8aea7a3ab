"""Shared helpers of the scripts that fill the stopped domain."""
import os

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

LAB, BASE, SID, DOMAIN = (os.environ[name] for name in ("LAB_DIR", "LAB_BASE", "LAB_SID", "LAB_DOMAIN"))
MAIL = f"sp.{DOMAIN}"

parameters = LoadParm()
parameters.load(f"{LAB}/ad/smb.conf")
parameters.set("dsdb:schema update allowed", "true")
domain_sid = security.dom_sid(SID)


def open_directory():
    url = f"{LAB}/ad/private/sam.ldb"
    return SamDB(url=url, lp=parameters, session_info=system_session(parameters), flags=ldb.FLG_NOSYNC)


def sid_of(directory, name):
    found = directory.search(BASE, expression=f"(sAMAccountName={name})", attrs=["objectSid"])
    return str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))


def prepend_entries(directory, dn, entries):
    """Puts explicit ACEs first in the DACL of dn (only the DACL: control sd_flags:1:4)."""
    found = directory.search(dn, scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=["sd_flags:1:4"])
    old = ndr_unpack(security.descriptor, found[0]["nTSecurityDescriptor"][0]).as_sddl(domain_sid)
    start = old.index("(", old.index("D:"))
    new = security.descriptor.from_sddl(old[old.index("D:"):start] + entries + old[start:], domain_sid)
    message = ldb.Message(ldb.Dn(directory, dn))
    message["list"] = ldb.MessageElement(ndr_pack(new), ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
    directory.modify(message, controls=["sd_flags:1:4"])


def contact(name, unit, **changes):
    """Returns the attributes that SharePoint's Directory Management Service writes; None omits one."""
    entry = {
        "dn": f"CN={name},OU={unit},{BASE}", "objectClass": "contact", "displayName": f"Library {name}",
        "mail": f"{name}@{MAIL}", "mailNickname": name, "targetAddress": f"SMTP:{name}@{MAIL}",
        "proxyAddresses": [f"SMTP:{name}@{MAIL}", f"smtp:{name}@{DOMAIN}"],
        "internetEncoding": "1310720", "mAPIRecipient": "FALSE",
    }
    entry.update(changes)
    return {attribute: value for attribute, value in entry.items() if value is not None}
