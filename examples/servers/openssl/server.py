#!/usr/bin/env python3
"""The smallest enrollment server that is one: openssl makes every key and certificate, Python's library carries HTTP and TLS.

server.py --data DIR [--http 5045] [--tls 1443] [--name localhost] [--approve auto|manual] [--device NAME] [--user NAME]

One device, whose password is in MUSTER_PASSWORD, and those that the administrator defines. Files in DIR: anchor.pem (third-party
CA), ca.pem (clearinghouse CA), and what became of each request. When it listens it prints its URLs as one line of JSON. The
administrator's word is a file, made by the script "operator": DIR/approve.NAME or DIR/reject.NAME, and DIR/devices/NAME, with a
device's number, customer, user, password and state.
"""
import argparse, base64, functools, hmac, json, os, re, secrets, ssl, subprocess, sys, threading, unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

options = argparse.ArgumentParser()
options.add_argument("--data", required=True)
options.add_argument("--http", type=int, default=5045)
options.add_argument("--tls", type=int, default=1443)
options.add_argument("--name", default="localhost")
options.add_argument("--approve", choices=["auto", "manual"], default="auto")
options.add_argument("--device", default="gw1.example.com")
options.add_argument("--user", default="sample")
options = options.parse_args()
PASSWORD = os.environ.pop("MUSTER_PASSWORD", "")
if not PASSWORD:
    sys.exit("MUSTER_PASSWORD is expected to hold the password of the one device.")
DEVICE, CUSTOMER = "1", "1"
MOST_BYTES = 64 * 1024
lock = threading.Lock()
requests = {}  # PKCS#10: {"device", "state", "certificate"}; the latest one of a device alone can be retrieved
latest = {}  # name of a device: its latest PKCS#10
nonces = {}  # nonce: digest of the PKCS#10 that it came with first


def path(name):
    return os.path.join(options.data, name)


def openssl(*words, data=b""):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, timeout=20, cwd=options.data)


# What it says of a PKCS#10 stays the same, and a device polls with one for hours.
read_by_openssl = functools.lru_cache(maxsize=256)(openssl)


def must(*words, data=b""):
    done = openssl(*words, data=data)
    if done.returncode:
        sys.exit(f"openssl {words[0]}: {done.stderr.decode()}")
    return done.stdout


def make_authorities():
    """The third-party CA with the server's certificate, and the clearinghouse CA (WO 01/47232, Overview)."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    ca = ["-x509", "-days", "3650", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    must("req", *key, *ca, "-subj", "/CN=Third-Party CA", "-keyout", "anchor.key", "-out", "anchor.pem")
    must("req", *key, *ca, "-subj", "/O=Example/CN=Clearinghouse CA", "-keyout", "ca.key", "-out", "ca.pem")
    must("req", *key, "-subj", f"/CN={options.name}", "-keyout", "tls.key", "-out", "tls.csr")
    kind = "IP" if re.fullmatch(r"[0-9.]+", options.name) or ":" in options.name else "DNS"
    with open(path("tls.ext"), "w") as ext:
        ext.write(f"subjectAltName={kind}:{options.name}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    must("x509", "-req", "-in", "tls.csr", "-CA", "anchor.pem", "-CAkey", "anchor.key", "-days", "825",
         "-extfile", "tls.ext", "-out", "tls.pem")


class Refused(Exception):
    def __init__(self, status, text, http=200):
        self.status, self.text, self.http = status, text, http


def read_pairs(body):
    """variable=value, joined by &; a repeated variable must agree with itself, unknown ones do not count."""
    values = {}
    for pair in body.split(b"&"):
        if not pair:
            continue
        name, equals, value = pair.partition(b"=")
        if not equals or not name:
            raise Refused(4, "malformed pair", 400)
        if re.search(rb"%(?![0-9A-Fa-f]{2})", value):
            raise Refused(4, "malformed escape", 400)
        value = re.sub(rb"%(..)", lambda found: bytes([int(found.group(1), 16)]), value)
        name = {b"certreq": b"request"}.get(name, name)
        if values.setdefault(name, value) != value:
            raise Refused(4, "a variable stands twice, and disagrees", 400)
    return values


def value_of(values, name, shape, most):
    value = values.get(name)
    if value is None or not 0 < len(value) <= most or not re.fullmatch(shape, value, re.S):
        raise Refused(4, f"{name.decode()} is missing or malformed")
    return value


def number_of(values, name):
    value = value_of(values, name, rb"0|[1-9][0-9]{0,19}", 20)
    if int(value) >= 2**64:
        raise Refused(4, f"{name.decode()} is beyond 64 bits")
    return value


def text_of(values, name):
    value = value_of(values, name, rb".+", 255)
    try:
        if not any(unicodedata.category(c) == "Cc" for c in value.decode()):
            return value
    except UnicodeDecodeError:
        pass
    raise Refused(4, f"{name.decode()} is no text")


def pkcs10_of(values):
    text = value_of(values, b"request", rb"[A-Za-z0-9+/\r\n]+={0,2}[\r\n]*", 32 * 1024)
    try:
        der = base64.b64decode(re.sub(rb"[\r\n]", b"", text), validate=True)
    except ValueError:
        raise Refused(4, "the request is no base64") from None
    again = read_by_openssl("req", "-inform", "DER", "-outform", "DER", data=der)
    if again.returncode or again.stdout != der:
        raise Refused(4, "the request is not exactly one PKCS#10 in DER")
    return der


def devices():
    """Name of each device: its number, customer, user, password and state, as the administrator left them."""
    found = {options.device: [DEVICE, CUSTOMER, options.user, PASSWORD, "enabled"]}
    for name in os.listdir(path("devices")):
        with open(path(os.path.join("devices", name))) as file:
            found[name] = file.read().split("\n")[:5]
    return found


def device_of(user, password, device, customer):
    """The device whose account this is; of a user's several, the one that bears these numbers."""
    known = [(name, *its) for name, its in devices().items() if hmac.compare_digest(its[2].encode(), user)]
    # One comparison in any case: an unknown user takes as long as a wrong password.
    right = hmac.compare_digest(known[0][4].encode() if known else b"", password)
    if not (known and right):
        raise Refused(3, "bad credentials")
    for name, number, owner, _, _, state in known:
        if (number.encode(), owner.encode()) == (device, customer) and state != "removed":
            if state != "enabled":
                raise Refused(7, "the device is disabled")
            return name
    raise Refused(2, "device not defined")


def judge(der, device):
    """Key, proof of possession, and name, by what openssl says of them."""
    facts = read_by_openssl("req", "-inform", "DER", "-noout", "-text", "-subject", "-nameopt", "RFC2253", data=der)
    text = facts.stdout.decode("utf-8", "replace")
    strong = re.search(r"NIST CURVE: P-(256|384)\b", text)
    bits = re.search(r"rsaEncryption\s+Public-Key: \((\d+) bit\)", text)
    exponent = re.search(r"Exponent: (\d+)", text)
    if not strong and not (bits and 2048 <= int(bits[1]) <= 8192 and exponent and int(exponent[1]) >= 65537):
        raise Refused(11, "the key is too weak, or of an unknown kind")
    if not re.search(r"Signature Algorithm: (ecdsa-with-SHA(256|384|512)|sha(256|384|512)WithRSAEncryption)", text):
        raise Refused(11, "the signature algorithm is not accepted")
    # Older versions of the command end 0 whatever they find: its words count.
    if b"verify OK" not in read_by_openssl("req", "-inform", "DER", "-noout", "-verify", data=der).stderr:
        raise Refused(5, "the signature does not verify under the key of the request")
    subject = re.search(r"^subject=(.*)$", text, re.M)
    if not subject or subject[1].lower() != f"cn={device}".lower():
        raise Refused(2, "the request names another device")


def issue(der, digest):
    device = requests[digest]["device"]
    with open(path("device.ext"), "w") as ext:
        ext.write(f"subjectAltName=DNS:{device}\nbasicConstraints=critical,CA:FALSE\n"
                  "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n")
    done = openssl("x509", "-req", "-inform", "DER", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "365", "-sha256",
                   "-set_serial", "0x1" + secrets.token_hex(15), "-extfile", "device.ext", "-outform", "DER", data=der)
    if done.returncode:
        raise Refused(12, "no certificate could be made")
    requests[digest].update(state="issued", certificate=base64.b64encode(done.stdout).decode())
    with open(path("state.json"), "w") as file:
        json.dump({"requests": requests, "latest": latest}, file)


def decided(der, digest):
    """The administrator's word, once there is one."""
    request = requests[digest]
    for word in ("approve", "reject"):
        file = path(f"{word}.{request['device']}")
        if request["state"] == "pending" and os.path.exists(file):
            os.remove(file)
            request["state"] = "rejected"
            if word == "approve":
                issue(der, digest)
    return request


def enroll(values, secure):
    if not secure:
        raise Refused(4, "only over TLS", 403)
    user, password = text_of(values, b"username"), text_of(values, b"password")
    device, customer = number_of(values, b"device"), number_of(values, b"customer")
    nonce = value_of(values, b"nonce", rb".+", 128)
    der = pkcs10_of(values)
    name = device_of(user, password, device, customer)
    judge(der, name)
    digest = der.hex()
    with lock:
        if values[b"operation"] == b"retrieve":
            if digest != latest.get(name) or nonces.get(nonce) != digest:
                raise Refused(9, "no such request")
        elif nonces.setdefault(nonce, digest) != digest:
            raise Refused(10, "replayed nonce")
        elif digest != latest.get(name):
            if digest in requests and requests[digest]["state"] == "issued":
                raise Refused(10, "this PKCS#10 was used before")
            if name in latest:
                decided(bytes.fromhex(latest[name]), latest[name])  # a word that came is for what it came for
            requests[digest], latest[name] = {"device": name, "state": "pending"}, digest
            if options.approve == "auto":
                issue(der, digest)
        request = decided(der, digest)
    if request["state"] == "rejected":
        raise Refused(8, "rejected by the administrator")
    return "status=1" if request["state"] == "pending" else f"status=0&cert={request['certificate']}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self):
        try:
            text, http = self.answer(), 200
        except Refused as refused:
            error = "".join(c if c.isalnum() else "%%%02X" % ord(c) for c in refused.text)
            text, http = f"status={refused.status}&error={error}", refused.http
        self.reply(http, text)
        if http == 413:
            # To close while the body still comes would lose the answer (RFC 9112, section 9.6).
            self.connection.settimeout(0.3)
            left = 32 * 1024 * 1024
            try:
                while left > 0 and (chunk := self.rfile.read1(65536)):
                    left -= len(chunk)
            except OSError:
                pass

    def answer(self):
        length = self.headers.get_all("Content-Length") or []
        if len(length) != 1 or not length[0].isdigit() or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise Refused(4, "one Content-Length is expected, and no Transfer-Encoding", 400)
        if int(length[0]) > MOST_BYTES:
            self.close_connection = True
            raise Refused(4, "too large", 413)
        body = self.rfile.read(int(length[0]))
        if len(body) < int(length[0]):
            self.close_connection = True
            raise Refused(4, "the body broke off", 400)
        if self.path not in ("/tep", "/"):
            raise Refused(4, "no such path", 400 if "?" in self.path else 404)
        values = read_pairs(body)
        operation = values.get(b"operation")
        if operation == b"getcacert":
            der = must("x509", "-in", "ca.pem", "-outform", "DER")
            return f"status=0&certificate={base64.b64encode(der).decode()}"
        if operation not in (b"request", b"retrieve"):
            raise Refused(4, "unknown operation")
        return enroll(values, self.server.secure)

    def reply(self, status, text, **headers):
        self.send_response(status)
        for name, value in {"content-type": "text/plain", "content-length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode("latin-1"))

    def refuse_method(self):
        self.close_connection = True
        self.reply(405, "status=4", Allow="POST")

    do_GET = do_PUT = do_HEAD = do_DELETE = do_OPTIONS = do_PATCH = refuse_method

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, port, context=None):
        self.secure, self.context = context is not None, context
        super().__init__(("127.0.0.1", port), Handler)

    def process_request_thread(self, request, client_address):
        # The handshake belongs to the thread of its connection: a client that says nothing keeps nobody waiting.
        try:
            request.settimeout(10)
            if self.context:
                request = self.context.wrap_socket(request, server_side=True)
        except OSError:
            return self.shutdown_request(request)
        super().process_request_thread(request, client_address)

    def handle_error(self, request, client_address):
        pass


os.makedirs(path("devices"), mode=0o700, exist_ok=True)
make_authorities()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.load_cert_chain(path("tls.pem"), path("tls.key"))
clear, secure = Server(options.http), Server(options.tls, context)
fingerprint = must("x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha256").decode().strip().partition("=")[2]
print(json.dumps({
    "cleartext": f"http://{options.name}:{clear.server_port}/tep",
    "target": f"https://{options.name}:{secure.server_port}/tep",
    "anchor": path("anchor.pem"), "fingerprint": fingerprint, "deviceName": options.device,
    "device": DEVICE, "customer": CUSTOMER, "username": options.user,
}), flush=True)
threading.Thread(target=clear.serve_forever, daemon=True).start()
secure.serve_forever()
