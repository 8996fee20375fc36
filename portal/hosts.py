"""Names of other hosts, as an editor types them and as they may stand in the content policy."""

import re

HOST = re.compile(r"(?=.{1,100}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?")


def find_wrong_hosts(lines: str) -> list[str]:
    """Those of the lines that are no name of a host."""
    return [host for host in lines.lower().split() if not HOST.fullmatch(host)]
