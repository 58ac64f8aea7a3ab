"""Creates accounts, groups, and organizational units with every kind of delegation to the service account."""
import os

from lab import BASE, DOMAIN, open_directory, prepend_entries, sid_of

USERS = ["svc-sp-ca", "svc-sp-farm", "svc-outsider", "alice"]  # relative ids 1103 to 1106
# Relative ids 1107 to 1110. svc-sp-ca is in SP-DMS-Outer through SP-DMS-Admins.
GROUPS = {"WSS_ADMIN_WPG": ["svc-sp-ca", "svc-sp-farm"], "WSS_WPG": ["svc-sp-farm"],
          "SP-DMS-Admins": ["svc-sp-ca"], "SP-DMS-Outer": ["SP-DMS-Admins"]}

USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
CONTACT = "5cb41ed0-0e4c-11d0-a286-00aa003049e2"
GROUP = "bf967a9c-0de6-11d0-a285-00aa003049e2"
FULL = "RPWPCRCCDCLCLORCWOWDSDDTSW"
# {ca} is svc-sp-ca, {group} the group that contains it through another one. The comment after each ACL states what the
# account can really do, tried out with contacts and groups over LDAP.
UNITS = {
    # everything: create, change, delete, delete subtree
    "SharePointContacts": "(A;CI;CCDCLCRPWPDT;;;{ca})(OA;CI;CCDC;%s;;{ca})(OA;CIIO;%s;;%s;{ca})" % (USER, FULL, USER),
    "DMS-ViaGroup": "(A;CI;CCDCLCRPWPDT;;;{group})",
    "DMS-Parent": "(A;CI;CCDCLCRPWPDT;;;{ca})",
    "DMS-ContactOnly": "(OA;CI;CCDC;%s;;{ca})(A;CI;LCRPWPDT;;;{ca})" % CONTACT,  # contacts everything, groups nothing
    "DMS-UserClassOnly": "(OA;CI;CCDC;%s;;{ca})(OA;CIIO;%s;;%s;{ca})(A;CI;DT;;;{ca})" % (USER, FULL, USER),  # nothing
    # everything with contacts and groups, but no deletion of a unit's subtree
    "DMS-ContactGroup": "".join("(OA;CI;CCDC;%s;;{ca})(OA;CIIO;%s;;%s;{ca})" % (kind, FULL, kind)
                                for kind in (CONTACT, GROUP)),
    "DMS-NoCreate": "(A;CI;DCLCRPWPDT;;;{ca})",
    "DMS-NoDelete": "(A;CI;CCLCRPWP;;;{ca})",  # nor subtrees
    "DMS-NoSubtree": "(A;CI;CCDCLCRPWP;;;{ca})",
    "DMS-NoWrite": "(A;CI;CCDCLCDT;;;{ca})",
    "DMS-ThisOnly": "(A;;CCDCLCRPWPDT;;;{ca})",  # creates and deletes; neither changes nor deletes subtrees
    "DMS-Denied": "(D;CI;CCDC;;;{ca})(A;CI;CCDCLCRPWPDT;;;{ca})",  # changes, and deletes subtrees
    "DMS-None": "",
    "Bulk": "(A;CI;CCDCLCRPWPDT;;;{ca})",
}

directory = open_directory()
directory.modify_ldif(f"dn: {BASE}\nchangetype: modify\nreplace: maxPwdAge\nmaxPwdAge: -9223372036854775808\n")
# Kerberos tickets for the old server are issued for the same account.
directory.modify_ldif(f"dn: CN=DC1,OU=Domain Controllers,{BASE}\nchangetype: modify\n"
                      f"add: servicePrincipalName\nservicePrincipalName: ldap/old.{DOMAIN}\n")
for user in USERS:
    directory.newuser(user, os.environ["LAB_PASSWORD"])
for group, members in GROUPS.items():
    directory.newgroup(group)
    directory.add_remove_group_members(group, members)

sids = {"ca": sid_of(directory, "svc-sp-ca"), "group": sid_of(directory, "SP-DMS-Outer")}
for unit, entries in UNITS.items():
    directory.create_ou(f"OU={unit},{BASE}")
    if entries:
        prepend_entries(directory, f"OU={unit},{BASE}", entries.format(**sids))
directory.create_ou(f"OU=DMS-Inherited,OU=DMS-Parent,{BASE}")  # the same rights as in its parent
