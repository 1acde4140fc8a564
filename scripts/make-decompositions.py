"""Makes the table of Unicode's compatibility decompositions (NFKD) that text vectorizers strip accents by.

    python3 scripts/make-decompositions.py

A line for each character that is decomposed: the character, then what becomes of it. Hangul syllables, which a rule
decomposes, are left out.
"""
import pathlib, sys, unicodedata

HANGUL = range(0xAC00, 0xD7A4)
target = pathlib.Path(__file__).resolve().parent.parent / "Sources/CData/data/decompositions.txt"
lines = []
for code in range(0x80, sys.maxunicode + 1):
    if code in HANGUL or 0xD800 <= code < 0xE000:
        continue
    character = chr(code)
    parts = unicodedata.normalize("NFKD", character)
    assert "\n" not in parts
    if parts != character:
        lines.append(character + parts + "\n")
target.write_text("".join(lines), encoding="utf-8", newline="\n")
print(len(lines), "characters of Unicode", unicodedata.unidata_version, target.stat().st_size, "bytes")
