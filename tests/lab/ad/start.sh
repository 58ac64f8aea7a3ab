# Part of `up`: provisions the domain, fills it while it is stopped, and starts it.
mkdir -p "$LAB_DIR"/ad/{private,lock,state,cache,run,bind-dns} "$LAB_DIR"/old/{lock,state,cache,run,bind-dns}
fill "$LAB_SRC/ad/smb.conf" "$LAB_DIR/ad/smb.conf"
fill "$LAB_SRC/ad/old.conf" "$LAB_DIR/old/smb.conf"

# seed SCRIPT ARGUMENTS...: runs a script that fills the stopped domain.
seed() { inside "$PYTHON" -B "$LAB_SRC/ad/$1" "${@:2}"; }

inside samba-tool domain provision -s "$LAB_DIR/ad/smb.conf" --quiet \
	--realm="$LAB_REALM" --domain="$LAB_NETBIOS" --host-name=dc1 --host-ip="$LAB_AD_IP" \
	--server-role=dc --dns-backend=SAMBA_INTERNAL --adminpass="$LAB_PASSWORD" \
	--domain-sid="$LAB_SID" --backend-store=mdb --backend-store-size=4Gb \
	>"$LAB_DIR/log/provision.out" 2>&1 || die "the domain cannot be provisioned (see $LAB_DIR/log/provision.out)"
# Kerberos clients request ldap/dc1…, which the service for DNS updates would otherwise add.
inside samba_spnupdate -s "$LAB_DIR/ad/smb.conf" >"$LAB_DIR/log/spn.out" 2>&1
seed accounts.py
cp -a --sparse=always "$LAB_DIR/ad/private" "$LAB_DIR/old/private"
if [ "$LAB_SCHEMA" = extended ]; then
	seed schema.py
	seed contacts.py
	[ "$contacts" = 0 ] || seed bulk.py "$contacts"
fi
seed shares.py
daemon samba samba -s "$LAB_DIR/ad/smb.conf" --foreground --no-process-group
daemon old samba -s "$LAB_DIR/old/smb.conf" --foreground --no-process-group
