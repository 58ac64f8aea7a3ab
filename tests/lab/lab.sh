# Functions and values that the lab's scripts share (sourced, not run). The environment of `up` can override each value.
: "${LAB_DIR:=${TMPDIR:-/tmp}/spinmail-lab}" # contains all state; down removes it
: "${LAB_NET:=127.0.53}"                     # first three octets; one lab for each value
: "${LAB_DNS_PORT:=5300}"
: "${LAB_SMTP_PORT:=2525}"
: "${LAB_REALM:=FABRIKAM.TEST}"
: "${LAB_PASSWORD:=Lab-Passw0rd!}" # of every account
: "${LAB_SIGNING:=yes}"            # the directory requires signing: yes | allow_sasl_over_tls | no
: "${LAB_SCHEMA:=extended}"        # extended | plain: with or without Exchange's attributes
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
# Samba's modules are installed for Debian's Python, even if another one comes first in the path.
PYTHON=/usr/bin/python3

die() {
	echo "lab: $*" >&2
	exit 1
}

# fill TEMPLATE FILE: replaces @NAMES@ by the variables of these names.
fill() {
	local text name
	text=$(cat "$1")
	for name in $(grep -o '@[A-Z_][A-Z_]*@' "$1" | sort -u | tr -d @); do
		text=${text//@$name@/${!name}}
	done
	printf '%s\n' "$text" >"$2"
}

# inside COMMAND...: runs a command with the lab's own hosts, resolv.conf, krb5.conf and /run/samba.
inside() { nsenter -t "$(cat "$LAB_DIR/run/namespace.pid")" -m -r --wdns="$PWD" "$@"; }

# daemon NAME COMMAND...: starts a command in the background, in the lab's namespace, and records its process.
daemon() {
	local name=$1
	shift
	# nsenter is replaced by the command, so the process id is that of the server itself.
	setsid nsenter -t "$(cat "$LAB_DIR/run/namespace.pid")" -m -r "$@" </dev/null >"$LAB_DIR/log/$name.out" 2>&1 &
	echo $! >"$LAB_DIR/run/$name.pid"
}

# alive PID: whether the process is running and not a zombie; in a container, zombies may stay.
alive() { grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; }

# namespace_of PID: prints the mount namespace of a process, or nothing if it has ended.
namespace_of() { readlink "/proc/$1/ns/mnt" 2>/dev/null; }

# stop_pid FILE NAMESPACE: ends the process whose id is in the file, with SIGTERM first. If the id has been reused, the
# other process is not in the lab's namespace and is left alone.
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

# wait_for WHAT COMMAND...: waits until the command succeeds, at most 30 seconds.
wait_for() {
	local what=$1
	shift
	for _ in $(seq 600); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	die "$what is not ready (see $LAB_DIR/log)"
}
