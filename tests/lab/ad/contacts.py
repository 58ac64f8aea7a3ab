"""Creates contacts like SharePoint's, and others with one fault each; requires the extended schema."""
from lab import BASE, DOMAIN, MAIL, contact, open_directory

UNIT = "SharePointContacts"

directory = open_directory()
for number in range(1, 21):
    directory.add(contact(f"lib{number:03}", UNIT))
for name, changes in [
        ("bad-nomail", {"mail": None}),
        ("bad-target", {"targetAddress": "SMTP:bad-target@elsewhere.test"}),
        ("bad-proxy", {"proxyAddresses": [f"smtp:bad-proxy@{MAIL}"]}),  # without a primary address
        ("bad-dup1", {"proxyAddresses": [f"SMTP:dup@{MAIL}"]}),
        ("bad-dup2", {"proxyAddresses": [f"SMTP:dup@{MAIL}"]}),
        ("bad-encoding", {"internetEncoding": "0"}),
        ("bad-mapi", {"mAPIRecipient": "TRUE"}),
        ("bad-bare", {attribute: None for attribute in (
            "mail", "mailNickname", "targetAddress", "proxyAddresses", "internetEncoding", "mAPIRecipient")})]:
    directory.add(contact(name, UNIT, **changes))
directory.add(contact("B\u00fccher, \u00c4rger", UNIT, dn=f"CN=B\u00fccher\\, \u00c4rger,OU={UNIT},{BASE}",
                      mail=f"buecher@{MAIL}", mailNickname="buecher", targetAddress=f"SMTP:buecher@{MAIL}",
                      proxyAddresses=[f"SMTP:buecher@{MAIL}"]))
directory.newgroup("sp-site-members", groupou=f"OU={UNIT}", grouptype=2, mailaddress=f"members@{MAIL}")
