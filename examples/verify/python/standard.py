# standard and svix: nothing to install
import base64, hashlib, hmac, re, time


def verify(body: bytes, headers, secret: str, family="webhook", now=None):
    """Raises ValueError unless these bytes were signed within five minutes. family="svix" for the svix profile.

    Flask: verify(request.get_data(), request.headers, SECRET). Django: verify(request.body, request.headers, SECRET).
    """
    id, timestamp, signatures = (headers.get(f"{family}-{name}", "") for name in ("id", "timestamp", "signature"))
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs((now or time.time()) - int(timestamp)) > 300:
        raise ValueError("no timestamp, too old, or from the future")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if not key:
        raise ValueError("no secret")
    mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(mac)
    if not any(hmac.compare_digest(one.encode(), expected) for one in signatures.split(" ")):
        raise ValueError("wrong signature")
