"""Small servers for `run`: a translated address, greylisting, and a service that requires authentication."""
import socket
import sys
import threading


def listen(address):
    host, port = address.rsplit(":", 1)
    return socket.create_server((host, int(port)))


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def nat(connection, to):
    """Forwards a connection, like a router that translates addresses."""
    host, port = to.rsplit(":", 1)
    with connection, socket.create_connection((host, int(port))) as server:
        back = threading.Thread(target=copy, args=(server, connection), daemon=True)
        back.start()
        copy(connection, server)
        back.join()


SEEN = set()


def greylist(connection):
    """Rejects each client and recipient temporarily once (Postfix's SMTPD_POLICY_README)."""
    with connection, connection.makefile("rw", encoding="ascii", newline="\n") as stream:
        request = {}
        for line in stream:
            if line != "\n":
                name, _, value = line.rstrip("\n").partition("=")
                request[name] = value
                continue
            who = (request.get("client_address"), request.get("recipient"))
            action = "dunno" if who in SEEN else "defer_if_permit Greylisted, try again later"
            SEEN.add(who)
            stream.write(f"action={action}\n\n")
            stream.flush()
            request = {}


LOGON = {
    "EHLO": "250 logon.fabrikam.test Hello",
    "HELO": "250 logon.fabrikam.test Hello",
    "RSET": "250 2.0.0 Resetting",
    "MAIL": "530 5.7.3 Client was not authenticated",
    "QUIT": "221 2.0.0 Service closing transmission channel",
}


def logon(connection):
    """Answers like the SMTP service of Windows without anonymous access, which Postfix cannot imitate."""
    with connection, connection.makefile("rw", encoding="ascii", newline="\r\n") as stream:
        stream.write("220 logon.fabrikam.test Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready\n")
        stream.flush()
        for line in stream:
            verb = line[:4].upper()
            stream.write(LOGON.get(verb, "503 5.5.2 Need mail command") + "\n")
            stream.flush()
            if verb == "QUIT":
                break


def main():
    what, address, *rest = sys.argv[1:]
    handle = {"nat": nat, "greylist": greylist, "logon": logon}[what]
    with listen(address) as server:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=handle, args=(connection, *rest), daemon=True).start()


main()
