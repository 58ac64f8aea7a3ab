"""Creates folders on the NTFS volume, each with a file that inherits (ntfs-3g's option `inherit`)."""
import os

from folders import descriptors
from lab import LAB, domain_sid
from samba.dcerpc import security
from samba.ndr import ndr_pack

for name, descriptor in descriptors().items():
    path = f"{LAB}/ntfs/{name}"
    os.makedirs(path)
    os.setxattr(path, "system.ntfs_acl", ndr_pack(security.descriptor.from_sddl(descriptor, domain_sid)))
    with open(f"{path}/sample.eml", "w", encoding="ascii") as message:
        message.write("x-sender: a@example.com\r\n")
