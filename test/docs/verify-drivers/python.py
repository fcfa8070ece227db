import base64, sys
from email.message import Message

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import hex
import standard

for line in sys.stdin.buffer:
    family, secret, id, timestamp, signatures, now, body = (base64.b64decode(field[1:]) for field in line.split())
    prefix = "X-Webhook" if family == b"hex" else family.decode()
    headers = Message()
    for name, value in (("Id", id), ("Timestamp", timestamp), ("Signature", signatures)):
        headers[f"{prefix}-{name}"] = value.decode()
    try:
        if family == b"hex":
            hex.verify(body, headers, secret.decode(), now=int(now))
        else:
            standard.verify(body, headers, secret.decode(), family=prefix, now=int(now))
        print("verified")
    except ValueError as error:
        print(error)
