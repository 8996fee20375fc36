from django import template

from portal.admin import audit

register = template.Library()
register.filter("tell", audit.tell)
