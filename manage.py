#!/usr/bin/env python
"""The commands for operators: `python manage.py help` lists every command."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        if sys.argv[1:2] == ["version"]:  # Django would answer with its own version before it looks for a command
            django.setup()
            call_command("version", *sys.argv[2:])
        else:
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
