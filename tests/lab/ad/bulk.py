"""bulk.py COUNT: creates contacts for tests of scale, in OU=Bulk.

The first contact is added through the directory's own modules, and the others are written next to it as copies. Adding
through the modules takes longer with every object, because each add rewrites the index lists of all persons, of all
contacts and of the unit's children: 100,000 contacts take over half an hour. Here these lists are left out of the index
while adding, and written once at the end. Requires an LMDB store."""
import hashlib
import struct
import sys

import ldb
import lmdb
from lab import BASE, LAB, contact, open_directory

STORE = f"{LAB}/ad/private/sam.ldb.d/{BASE.upper()}.ldb"
LISTS = (b"DN=@INDEX:@IDXONE:", b"DN=@INDEX:OBJECTCLASS:", b"DN=@INDEX:OBJECTCATEGORY:", b"DN=@INDEXLIST\0")


def index_record(key, guids):
    """Returns an index list in its stored form (ldb's pack format 2)."""
    name, data = key[3:-1], b"".join(sorted(guids))
    lengths = b"".join(struct.pack("<I", len(attribute)) + attribute + b"\0"
                       + struct.pack(f"<IB{width}", 1, struct.calcsize(width), size)
                       for attribute, width, size in [(b"@IDXVERSION", "B", 1), (b"@IDX", "I", len(data))])
    return (struct.pack("<III", 0x26011968, 2, len(name)) + name + b"\0" + struct.pack("<I", 0) + b"\0"
            + struct.pack("<I", len(lengths) + 4) + lengths + b"3\0" + data + b"\0")


def guids_of(record):
    """Returns the content of an index list: the last value, which follows its length."""
    at = record.index(b"@IDX\0") + 5 + 4
    width = record[at]
    size = int.from_bytes(record[at + 1:at + 1 + width], "little")
    data = record[-size - 1:-1]
    return [data[start:start + 16] for start in range(0, size, 16)]


def saved_lists():
    with lmdb.open(STORE, subdir=False, max_dbs=0) as store, store.begin() as transaction:
        return {bytes(key): bytes(value) for key, value in transaction.cursor() if bytes(key).startswith(LISTS)}


def add_copies(template, count):
    """Adds the copies, and returns their GUIDs."""
    raw = ldb.Ldb(url=f"mdb://{STORE}", options=["modules:"], flags=ldb.FLG_NOSYNC)
    unindexed = ldb.Message(ldb.Dn(raw, "@INDEXLIST"))
    unindexed["one"] = ldb.MessageElement([], ldb.FLAG_MOD_DELETE, "@IDXONE")
    unindexed["attributes"] = ldb.MessageElement(["objectClass", "objectCategory"], ldb.FLAG_MOD_DELETE, "@IDXATTR")
    raw.modify(unindexed)
    first = raw.search(template["dn"], scope=ldb.SCOPE_BASE)[0]
    values = {key: [bytes(value) for value in first[key]] for key in first.keys()
              if key not in ("dn", "distinguishedName")}
    number, guids = int(values["uSNCreated"][0]), [values["objectGUID"][0]]
    for index in range(1, count):
        name = f"list{index:06}"
        guids.append(hashlib.sha256(name.encode()).digest()[:16])
        own = {key: value if isinstance(value, list) else [value] for key, value in contact(name, "Bulk").items()
               if key not in ("dn", "objectClass")}
        own.update(cn=[name], name=[name], objectGUID=[guids[-1]],
                   uSNCreated=[str(number + index)], uSNChanged=[str(number + index)])
        message = ldb.Message(ldb.Dn(raw, f"CN={name},OU=Bulk,{BASE}"))
        for key, value in (values | own).items():
            message[key] = ldb.MessageElement(value, ldb.FLAG_MOD_ADD, key)
        raw.add(message)
    return guids


def restore_lists(lists, guids):
    with lmdb.open(STORE, subdir=False, map_size=4 << 30) as store, store.begin(write=True) as transaction:
        for key, record in lists.items():
            if b"@INDEXLIST" not in key and guids[0] in (old := guids_of(record)):
                record = index_record(key, old + guids[1:])
            transaction.put(key, record)


template = contact("list000000", "Bulk")
open_directory().add(template)
lists = saved_lists()
restore_lists(lists, add_copies(template, int(sys.argv[1])))
