# Part of `up`: creates the lab's own mount namespace. Samba's processes communicate in /run/samba, a path that is
# compiled in; Kerberos and certificates require host names.
setsid unshare -m --propagation private sleep infinity </dev/null >/dev/null 2>&1 &
keeper=$!
echo $keeper >"$LAB_DIR/run/namespace.pid"
wait_for 'the mount namespace' sh -c "[ \"\$(cat /proc/$keeper/comm)\" = sleep ]"
namespace_of $keeper >"$LAB_DIR/run/namespace"
cat >"$LAB_DIR/etc/hosts" <<HOSTS
127.0.0.1 localhost $(hostname)
::1 localhost
$LAB_AD_IP dc1.$LAB_DOMAIN dc1
$LAB_OLD_IP old.$LAB_DOMAIN old
HOSTS
cat >"$LAB_DIR/etc/resolv.conf" <<RESOLVER
nameserver $LAB_DNS_IP
options timeout:2 attempts:1
RESOLVER
fill "$LAB_SRC/ad/krb5.conf" "$LAB_DIR/etc/krb5.conf"
[ -e /etc/krb5.conf ] || : >/etc/krb5.conf
mkdir -p /run/samba
inside sh -ec '
	mount -t tmpfs -o mode=755 tmpfs /run/samba
	for file in hosts resolv.conf krb5.conf; do mount --bind "$1/$file" "/etc/$file"; done' - "$LAB_DIR/etc"
