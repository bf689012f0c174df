"""A memorandum to load that is small enough to read, and the command that loads it."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

#: A whole memorandum, small enough to read; tests change a line of it.
SMALL = """\
[agreement]
code = "test-1"
phase = 1
title_th = "โครงการทดสอบ"
title_en = "A test programme"
short_title_th = "ทดสอบ"
short_title_en = "Test"
institute_name_th = "สถาบัน"
institute_name_en = "Institute"
signed_on = 2562-06-17
ends_on = "30 กันยายน 2563"
current = true

[[clauses]]
number = "2.1"
label_th = "ข้อ 2.1"
label_en = "clause 2.1"
title_th = "เลือกแนวทาง"
title_en = "Choose"
obliged = "local_government"

[[pathways]]
number = 1
code = "preparation"
title_th = "เตรียม"
title_en = "Prepare"

[[pathways]]
number = 2
code = "network"
title_th = "เครือข่าย"
title_en = "Network"

[[participants]]
order = 1
code = "alpha"
kind = "subdistrict_municipality"
name_th = "เทศบาลตำบลหนึ่ง"
name_en = "Alpha Subdistrict Municipality"
province = "TH-12"

[[participants]]
order = 2
code = "bravo"
kind = "town_municipality"
name_th = "เทศบาลเมืองสอง"
name_en = "Bravo Town Municipality"
province = "TH-81"
"""


def run(file: Path | None = None, **options: Any) -> str:
    """Run the command; return what it printed."""
    out = StringIO()
    call_command("load_mou", *([str(file)] if file else []), stdout=out, **options)
    return out.getvalue()
