"""`{% live %}…{% endlive %}`: a part of a page that the page cache replaces at each answer. A page has at most one."""

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from portal.page_cache.live_place import BEGIN, END

register = template.Library()


class LiveNode(Node):
    def __init__(self, nodes: NodeList) -> None:
        self.nodelist = nodes

    def render(self, context: Context) -> SafeString:
        text = self.nodelist.render(context)
        request = context.get("request")
        if request is None:  # no answer to a reader, so nobody takes the marks off
            return text
        request.has_live_place = True
        return mark_safe(BEGIN + text + END)  # noqa: S308  (rendered by its own nodes)


@register.tag
def live(parser: Parser, token: Token) -> LiveNode:
    nodes = parser.parse(("endlive",))
    parser.delete_first_token()
    return LiveNode(nodes)
