"""What a barcode reader's digits become where the computer's keyboard is set to Kazakh.

A reader sends the keys of an American keyboard. The Kazakh layout (RST KazSSR 903-90) has letters where
digits are; the Russian and English ones have digits.
"""

_TOP_ROW = str.maketrans('"әіңғ,.үұқ', "1234567890")


def digits_of(typed: str) -> str:
    """The digits that were sent; spaces and what closes the line are left out, anything else stays."""
    return "".join(typed.casefold().split()).translate(_TOP_ROW)
