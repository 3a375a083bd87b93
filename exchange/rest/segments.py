"""How many parts a text message is sent in (3GPP TS 23.038): 160 or 153 characters of the GSM alphabet, or 70 or 67
UTF-16 units.
"""

import math

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("^{}\\[~]|€\f")
_SINGLE_GSM, _PART_GSM = 160, 153
_SINGLE_UNICODE, _PART_UNICODE = 70, 67


def segments(body: str) -> int:
    """Parts needed, at least one."""
    if all(character in _GSM or character in _GSM_ESCAPED for character in body):
        length = sum(2 if character in _GSM_ESCAPED else 1 for character in body)
        return 1 if length <= _SINGLE_GSM else math.ceil(length / _PART_GSM)
    length = len(body.encode("utf-16-le")) // 2
    return 1 if length <= _SINGLE_UNICODE else math.ceil(length / _PART_UNICODE)
