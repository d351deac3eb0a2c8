"""Writes folding.txt from the Unicode data of this Python (module unicodedata): python3 make-folding.py > folding.txt

F code text  what a character becomes: NFKC_Casefold (Unicode Standard, section 5.18.4), where that is not itself
P a b c      a and b, one behind the other, are c (canonical composition, UAX #15)
C class a b  the characters a to b have this combining class

One exception: the letters of Hangul that are written by themselves, as in a laugh, stay what they are. NFKC would join them to syllables with their neighbours,
and part of a laugh would not be in it any more.
"""

import sys
import unicodedata

IGNORABLE = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]


def fold(text):
    if 0xFFA1 <= ord(text) <= 0xFFDC:
        text = chr(int(unicodedata.decomposition(text).split()[1], 16)) if unicodedata.decomposition(text) else text
    if 0x3131 <= ord(text) <= 0x318E:
        return "" if ord(text) == 0x3164 else text
    if any(first <= ord(text) <= last for first, last in IGNORABLE):
        return ""
    for _ in range(3):
        text = unicodedata.normalize("NFKC", text.casefold())
    return "".join(c for c in text if not any(first <= ord(c) <= last for first, last in IGNORABLE))


def codes(text):
    return " ".join(f"{ord(c):X}" for c in text)


def main():
    print(f"# Made by make-folding.py from Unicode {unicodedata.unidata_version}; the data is Unicode, Inc.'s, under the Unicode License v3 (unicode.org/license.txt).")
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    for c in characters:
        # Language tags and what is reserved beside them are left to the program: all of that plane is ignorable.
        if ord(c) < 0xE0000 and fold(c) != c:
            print(f"F {ord(c):X} {codes(fold(c))}".rstrip())
    for c in characters:
        pair = unicodedata.decomposition(c).split()
        if len(pair) == 2 and not pair[0].startswith("<") and unicodedata.normalize("NFC", c) == c:
            print("P", *pair, f"{ord(c):X}")
    first = 0
    for code in range(1, 0xE0000):
        before, here = (unicodedata.combining(chr(first)), unicodedata.combining(chr(code)) if not 0xD800 <= code <= 0xDFFF else 0)
        if here != before:
            if before:
                print(f"C {before} {first:X} {code - 1:X}")
            first = code


sys.exit(main())
