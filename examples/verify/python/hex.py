# hex: nothing to install
import hashlib, hmac, re, time


def verify(body: bytes, headers, secret: str, now=None):
    """Raises ValueError unless these bytes were signed within five minutes.

    Flask: verify(request.get_data(), request.headers, SECRET). Django: verify(request.body, request.headers, SECRET).
    """
    timestamp = headers.get("X-Webhook-Timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs((now or time.time()) - int(timestamp)) > 300:
        raise ValueError("no timestamp, too old, or from the future")
    if not secret:
        raise ValueError("no secret")
    expected = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest().encode()
    signatures = headers.get("X-Webhook-Signature", "").split(" ")
    if not any(hmac.compare_digest(one.encode(), expected) for one in signatures):
        raise ValueError("wrong signature")
