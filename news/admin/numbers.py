"""Numbers as they stand in addresses and hidden fields of the admin."""


def parse_number(text: str) -> int | None:
    """A whole number that a column can hold; None for anything else, also for one of thousands of digits."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def parse_numbers(text: str) -> list[int]:
    """Those of a list with commas; what is no number is passed over."""
    return [number for part in text.split(",") if (number := parse_number(part)) is not None]
