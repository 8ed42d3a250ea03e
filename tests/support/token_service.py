"""A token service for docker-registry: signs what it is asked for, with a key that is for these tests alone.

docker-registry knows a token's key by the ``kid`` in its header (distribution, registry/auth/token), which is why the certificate's dates
do not matter. The key stands here as numbers because it is no secret, and looks like none to those who look for them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIDDzCCAfegAwIBAgIUKr98szrS1Mwnx3KNp9Gs+B3kOaMwDQYJKoZIhvcNAQEL
BQAwFjEUMBIGA1UEAwwLdGZtb2QgdGVzdHMwIBcNMjYxMTI0MDYwODUyWhgPMjEy
NjEwMzEwNjA4NTJaMBYxFDASBgNVBAMMC3RmbW9kIHRlc3RzMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqd9aj3I3DWGkyJ22Lhnl4sMefzsRkIaBqTV7
Id/otbTFuTyakR2tAyNOd3LJSJDGD2cYcRs27X09Aq4ScqZNjpXhIxbxaV6g8Ych
pYUhWKkAn9VAKXyXTrEBPxR5C4VcUgHo6Bas8/6mvytT57MNfvzxhgQaUEy0tKOv
YZztf8kms5UXxu1EeoGPBoasGC5lAc9jUPzaFy/LLLb7A0P4kglB46Xls3DjVOuZ
kH4A5n4q7eh/jU+KrjQmXHpqv4TcajC5sTyUJWd6CKmFvEHY78nrhmtmVeg9TqM1
qfQ8kJZcouy3ijOGxTV8qMDfV4tePIZboY6G4zmRPy4FLf4LOQIDAQABo1MwUTAd
BgNVHQ4EFgQU8lSQjpFLcMS6XIzkCaEQq/CwDIQwHwYDVR0jBBgwFoAU8lSQjpFL
cMS6XIzkCaEQq/CwDIQwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEAY0w/qxgxOb9wntgcW9WYOVkjvavfRrY0SfhyGdLI/cx3eARNJ3sZrGKL82QY
2j63vFdcGY/+g8PELxtVSopMWJUtsPJy3i5JzXTE4DtBsogb6v7otbuX4DO/q5sY
QZ07Wb+XHdnzDEGu8ysG6DaZ/7cRNFODMdqCCH4Ruz+fAf8wlrpIbfRbN9WlzP+L
QtcFCWzwsP/KmgmHy8YC70HtOluxUlSy+lLsyUk1dto5oZ+8Mh+wpVczKGbDeqEn
f4T2sa8pS8D9u8Q0wRMBmPHy0kj/GjIVGXmNfNVU4C62UNRdcNTXBEWeUMXzdhY1
OYgBtubCCEY90LuX1Bcf/8SObw==
-----END CERTIFICATE-----
"""
KEY_ID = "BCKX:ZTYK:R2OF:B4IP:FFHG:HIE2:XSMJ:VUCZ:WXPR:ZGBM:WDXW:FEB7"
_MODULUS = int(
    "a9df5a8f72370d61a4c89db62e19e5e2c31e7f3b11908681a9357b21dfe8b5b4c5b93c9a911dad03234e7772c94890c60f6718711b36ed7d3d02ae12"
    "72a64d8e95e12316f1695ea0f18721a5852158a9009fd540297c974eb1013f14790b855c5201e8e816acf3fea6bf2b53e7b30d7efcf186041a504cb4"
    "b4a3af619ced7fc926b39517c6ed447a818f0686ac182e6501cf6350fcda172fcb2cb6fb0343f8920941e3a5e5b370e354eb99907e00e67e2aede87f"
    "8d4f8aae34265c7a6abf84dc6a30b9b13c9425677a08a985bc41d8efc9eb866b6655e83d4ea335a9f43c90965ca2ecb78a3386c5357ca8c0df578b5e"
    "3c865ba18e86e339913f2e052dfe0b39",
    16,
)
_EXPONENT = int(
    "4b2b129fb722b54127f1be18077e5e4361a3f518e644d5c03a67f7fc9d601447d1d68e02b7843232d944b7868b9b18b50bcbcafd01d5e4712eb628e0"
    "f0eab6170a2b7da3815fe707c0d8d302b34e76351299a77ba4e004f4454f0fe2b74d69cdd85c0ffbe34cd50b322e15b623291027c935f6df89e54e8c"
    "08030670634894ea6cccc33b3fa8758ae0c702aa9d5b300a6ef80124aa528a73c785e71fa78a4841be24ff342ab629f2842b69c3b4dbee2028b79a81"
    "5f58ca7ce3cf87bd427236941ca5c2565bd138b16c91ce0f0e14a8c0ac08daf0a65f6b91ffbc788a9dea14b6083f25481a0d4c9ad7fa31f02da69a93"
    "8b3263bf51e9eea7a8f352b03e6c169",
    16,
)
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def token_for(issuer: str, service: str, scopes: list[str], *, subject: str = "", life: int = 300) -> str:
    """Return a token that grants every scope (``repository:name:pull,push``), as docs/content/spec/auth/jwt.md describes it."""
    now = int(time.time())
    access = []
    for scope in scopes:
        kind, name, actions = scope.split(":")
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    claims = {"iss": issuer, "sub": subject, "aud": service, "exp": now + life, "nbf": now - 10, "iat": now, "jti": "1", "access": access}
    signed = f"{_encode({'typ': 'JWT', 'alg': 'RS256', 'kid': KEY_ID})}.{_encode(claims)}"
    return f"{signed}.{_base64(_sign(signed.encode()))}"


def _sign(data: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2)."""
    size = (_MODULUS.bit_length() + 7) // 8
    info = _SHA256_INFO + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pow(int.from_bytes(padded, "big"), _EXPONENT, _MODULUS).to_bytes(size, "big")


def _encode(content: Mapping[str, object]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
