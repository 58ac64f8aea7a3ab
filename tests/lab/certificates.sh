# Part of `up`: creates the lab's own authority and its servers' certificates.

# certificate NAME SUBJECT-ALT-NAMES: creates a server's certificate.
certificate() {
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" -days 30 \
		-out "$1.crt" -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$2") 2>/dev/null
	rm "$1.csr"
}
(
	cd "$LAB_DIR/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 30 \
		-subj '/CN=Spinmail lab authority' -addext basicConstraints=critical,CA:TRUE \
		-addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
	certificate good DNS:good.lab.test
	certificate other DNS:other.example
	certificate dc1 "DNS:dc1.$LAB_DOMAIN,DNS:old.$LAB_DOMAIN,DNS:$LAB_DOMAIN,IP:$LAB_AD_IP,IP:$LAB_OLD_IP"
	chmod 600 ./*.key
)
