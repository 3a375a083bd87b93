"""The answer to an HTTP Digest challenge (RFC 7616; MD5 and SHA-256, qop=auth or none)."""

import hashlib
import re
import secrets

_PART = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


def digest_header(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """The Authorization header for a `WWW-Authenticate: Digest ...` challenge."""
    parts = {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(challenge)}
    algorithm = parts.get("algorithm", "MD5")
    hashed = hashlib.sha256 if algorithm.upper().startswith("SHA-256") else hashlib.md5

    def h(text: str) -> str:
        return hashed(text.encode()).hexdigest()

    realm, nonce = parts.get("realm", ""), parts.get("nonce", "")
    first, second = h(f"{user}:{realm}:{password}"), h(f"{method}:{uri}")
    fields = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    plain = {"algorithm": algorithm}
    if "auth" in parts.get("qop", "").split(",") or "auth" in parts.get("qop", "").replace(" ", "").split(","):
        cnonce = secrets.token_hex(8)
        fields["cnonce"] = cnonce
        plain |= {"qop": "auth", "nc": "00000001"}
        fields["response"] = h(f"{first}:{nonce}:00000001:{cnonce}:auth:{second}")
    else:
        fields["response"] = h(f"{first}:{nonce}:{second}")
    if "opaque" in parts:
        fields["opaque"] = parts["opaque"]
    quoted = [f'{name}="{value}"' for name, value in fields.items()]
    return "Digest " + ", ".join(quoted + [f"{name}={value}" for name, value in plain.items()])
