#!/usr/bin/env python
"""Django's command line for the MOU portal."""

import os
import sys

from django.core.management import execute_from_command_line

from mou_portal.room import with_room

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mou_portal.settings")
    with_room(execute_from_command_line, sys.argv)
