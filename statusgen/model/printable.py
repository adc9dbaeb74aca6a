"""Texts of strangers for where something could steer what shows them: a terminal, or a comment."""


def printable(text: str) -> str:
    """Give a text in which nothing steers a terminal: what cannot be shown is written as its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
