"""Adds the Exchange attributes that SharePoint writes to the schema."""
from lab import open_directory

# The OIDs below OWN belong to the lab and replace Exchange's OIDs, which were not available; clients see only the
# names.
OWN = "1.2.840.113556.1.8000.2554.53.1"
# Name, displayed name, OID, attributeSyntax, oMSyntax, searchFlags.
ATTRIBUTES = [
    ("ms-Exch-Target-Address", "targetAddress", "1.2.840.113556.1.2.352", "2.5.5.12", 64, 1),
    ("ms-Exch-Mail-Nickname", "mailNickname", f"{OWN}.1", "2.5.5.12", 64, 1),
    ("ms-Exch-Internet-Encoding", "internetEncoding", f"{OWN}.2", "2.5.5.9", 2, 0),
    ("ms-Exch-MAPI-Recipient", "mAPIRecipient", f"{OWN}.3", "2.5.5.8", 1, 0),
    ("ms-Exch-Require-Auth-To-Send-To", "msExchRequireAuthToSendTo", f"{OWN}.4", "2.5.5.8", 1, 0),
    ("ms-Exch-Hide-From-Address-Lists", "msExchHideFromAddressLists",
     "1.2.840.113556.1.4.7000.102.73", "2.5.5.8", 1, 0),
]

directory = open_directory()
schema = directory.get_schema_basedn()
for name, displayed, number, syntax, om_syntax, flags in ATTRIBUTES:
    directory.add_ldif(f"""dn: CN={name},{schema}
objectClass: attributeSchema
attributeID: {number}
lDAPDisplayName: {displayed}
attributeSyntax: {syntax}
oMSyntax: {om_syntax}
isSingleValued: TRUE
searchFlags: {flags}
isMemberOfPartialAttributeSet: TRUE
""")
directory.set_schema_update_now()
# Contact, user and group all have mailRecipient as an auxiliary class.
directory.modify_ldif(f"dn: CN=Mail-Recipient,{schema}\nchangetype: modify\nadd: mayContain\n"
                      + "".join(f"mayContain: {attribute[1]}\n" for attribute in ATTRIBUTES))
directory.set_schema_update_now()
