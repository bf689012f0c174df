"""Names of the months in Thai and English, for writing and for reading."""

from typing import Final

TH_MONTHS: Final = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
TH_MONTHS_SHORT: Final = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)
EN_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
EN_MONTHS_SHORT: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_names(*, thai: bool, short: bool = False) -> tuple[str, ...]:
    """The twelve names, January first."""
    if thai:
        return TH_MONTHS_SHORT if short else TH_MONTHS
    return EN_MONTHS_SHORT if short else EN_MONTHS


def _bare(name: str) -> str:
    return name.replace(".", "").replace(" ", "").lower()


def _names_read() -> dict[str, tuple[int, bool]]:
    names: dict[str, tuple[int, bool]] = {}
    for number, (full, short) in enumerate(zip(TH_MONTHS, TH_MONTHS_SHORT, strict=True), start=1):
        # Everyday speech drops the ending that tells 30 days from 31: มกรา, กุมภา, เมษา.
        everyday = full.removesuffix("คม").removesuffix("ยน").removesuffix("พันธ์")
        for name in (full, short, everyday):
            names[_bare(name)] = (number, True)
    names["กรกฏาคม"] = names["กรกฎาคม"]  # ฏ typed for ฎ is the commonest slip in a month's name
    for number, (full, short) in enumerate(zip(EN_MONTHS, EN_MONTHS_SHORT, strict=True), start=1):
        for name in (full, short):
            names[_bare(name)] = (number, False)
    names["sept"] = names["sep"]
    return names


_NAMES_READ: Final = _names_read()


def read_month(name: str) -> tuple[int, bool] | None:
    """Month number 1–12 and whether the name was Thai; None when it is no month's name.

    Full names, abbreviations with or without dots and everyday short forms are understood.
    """
    return _NAMES_READ.get(_bare(name))
