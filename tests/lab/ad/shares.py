"""Creates the folders of the shares, and sets the permissions of both."""
import os
import subprocess

from folders import WORK, descriptors
from lab import LAB, SID, parameters
from samba.auth_util import system_session_unix
from samba.ntacls import setntacl
from samba.samba3 import param

server = param.get_context()  # the file server's own view of its settings: it knows the shares
server.load(f"{LAB}/ad/smb.conf")
server.set("passdb backend", f"samba_dsdb:{LAB}/ad/private/sam.ldb")
folders = {"Drop": descriptors()["Drop"], "Work": "O:BAG:BAD:PAI" + WORK}
for name, descriptor in folders.items():
    path = f"{LAB}/shares/{name}"
    os.makedirs(path)
    setntacl(parameters, path, descriptor, SID, system_session_unix(), use_ntvfs=False, service=name)
subprocess.run(["sharesec", "-s", f"{LAB}/ad/smb.conf", "Narrow", "-R", "S-1-1-0:ALLOWED/0x0/READ"],
               check=True, stdout=subprocess.DEVNULL)
