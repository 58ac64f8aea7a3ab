"""The DACLs of the lab's folders. Masks are numbers: Samba 4.17 reads the word FA as 0x1ff, not as 0x1f01ff."""
from lab import open_directory, sid_of

ALL, READ = "0x001f01ff", "0x001200a9"
SYSTEM = f"(A;OICI;{ALL};;;SY)(A;OICI;{ALL};;;BA)"
FOLDERS = {
    "Drop": SYSTEM + f"(A;OICI;{ALL};;;{{admin}})(A;OICI;{READ};;;{{web}})",
    "DropNoGroups": SYSTEM,
}
# The folder in which tests create folders: everyone has full control.
WORK = f"(A;OICI;{ALL};;;WD)"


def descriptors():
    """Returns folder names with their descriptors in SDDL."""
    directory = open_directory()
    sids = {"admin": sid_of(directory, "WSS_ADMIN_WPG"), "web": sid_of(directory, "WSS_WPG")}
    return {name: "O:BAG:BAD:PAI" + entries.format(**sids) for name, entries in FOLDERS.items()}
