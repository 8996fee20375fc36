from django import template

from portal.admin import audit

register = template.Library()
register.filter("describe", audit.describe_entry)
