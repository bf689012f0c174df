"""Thai and Arabic digits."""

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def thai_digits(text: object) -> str:
    """The text with every Arabic digit as a Thai digit: 2562 becomes ๒๕๖๒."""
    return str(text).translate(_TO_THAI)


def arabic_digits(text: object) -> str:
    """The text with every Thai digit as an Arabic digit: ๒๕๖๒ becomes 2562."""
    return str(text).translate(_TO_ARABIC)
