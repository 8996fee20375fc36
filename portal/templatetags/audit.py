from django import template

from portal import audit

register = template.Library()
register.filter("tell", audit.tell)
