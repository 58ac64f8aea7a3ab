# What the lab's scripts share (sourced, not run). Every value can be overridden in the environment before `up`.
: "${LAB_DIR:=${TMPDIR:-/tmp}/spinmail-lab}" # all state lies here; down removes it
: "${LAB_NET:=127.0.53}"                     # first three octets; one lab for each value
: "${LAB_DNS_PORT:=5300}"
: "${LAB_SMTP_PORT:=2525}"
: "${LAB_REALM:=FABRIKAM.TEST}"
: "${LAB_PASSWORD:=Lab-Passw0rd!}" # of every account
: "${LAB_SIGNING:=yes}"            # the directory wants signing: yes | allow_sasl_over_tls | no
: "${LAB_SCHEMA:=extended}"        # extended | plain: whether it knows Exchange's attributes
LAB_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_DOMAIN=${LAB_REALM,,}
LAB_NETBIOS=${LAB_REALM%%.*}
LAB_BASE=DC=${LAB_DOMAIN//./,DC=}
LAB_SID=S-1-5-21-1111111111-2222222222-3333333333
LAB_AD_IP=$LAB_NET.1
LAB_DNS_IP=$LAB_NET.2
LAB_OLD_IP=$LAB_NET.3
LAB_SMTP_IP=$LAB_NET.11
LAB_NSD_PORT=$((LAB_DNS_PORT + 1))
export LAB_DIR LAB_NET LAB_DNS_IP LAB_DNS_PORT LAB_SMTP_PORT
export LAB_REALM LAB_PASSWORD LAB_SCHEMA LAB_DOMAIN LAB_NETBIOS LAB_BASE LAB_SID LAB_AD_IP LAB_OLD_IP LAB_SMTP_IP
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# Samba's modules belong to Debian's Python, whatever else is in the path.
PYTHON=/usr/bin/python3

die() {
	echo "lab: $*" >&2
	exit 1
}

# fill TEMPLATE FILE: puts the variables in for their @NAMES@.
fill() {
	local text name
	text=$(cat "$1")
	for name in $(grep -o '@[A-Z_][A-Z_]*@' "$1" | sort -u | tr -d @); do
		text=${text//@$name@/${!name}}
	done
	printf '%s\n' "$text" >"$2"
}

# inside COMMAND...: runs where the lab has its own hosts, resolv.conf, krb5.conf and /run/samba.
inside() { nsenter -t "$(cat "$LAB_DIR/run/namespace.pid")" -m -r --wdns="$PWD" "$@"; }

# daemon NAME COMMAND...: starts in the background, in the lab's namespace, and remembers the process.
daemon() {
	local name=$1
	shift
	# nsenter becomes the command, so that the process is the server's own.
	setsid nsenter -t "$(cat "$LAB_DIR/run/namespace.pid")" -m -r "$@" </dev/null >"$LAB_DIR/log/$name.out" 2>&1 &
	echo $! >"$LAB_DIR/run/$name.pid"
}

# alive PID: running, and no zombie; in a container no process may reap those.
alive() { grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; }

# namespace_of PID: a name for the mount namespace it is in; nothing when it has ended.
namespace_of() { readlink "/proc/$1/ns/mnt" 2>/dev/null; }

# stop_pid FILE NAMESPACE: ends the process of that file, at first politely; if its number has gone to another meanwhile,
# that one is not in the lab's namespace.
stop_pid() {
	local pid
	[ -s "$1" ] || return 0
	pid=$(cat "$1")
	rm -f "$1"
	[ "$(namespace_of "$pid")" = "$2" ] || return 0
	kill -TERM "$pid" 2>/dev/null || return 0
	for _ in $(seq 200); do
		alive "$pid" || return 0
		sleep 0.05
	done
	kill -KILL "$pid" 2>/dev/null || true
}

# wait_for WHAT COMMAND...: until the command succeeds, 30 seconds at most.
wait_for() {
	local what=$1
	shift
	for _ in $(seq 600); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	die "$what is not ready (see $LAB_DIR/log)"
}
