#!/usr/bin/env python3
"""Prints libFuzzer's dictionary of the language: every word and sign of the lexer, and literals of each sort.

dictionary.py FlowLexer.g4 > flow.dict
"""

import pathlib
import re
import sys

LITERALS = ['"text"', '"', "250ms", "30s", "64KiB", "20%", "1_000", "1.5", "-1", "env(\"A\")", "module a\n", "import \"b.flow\"\n",
            "\n//--- b.flow\n", "int32", "string", "uuid", "decimal", "timestamp", "\\u00e9", "é", "// ", "/// ", "/*"]


def main():
    grammar = pathlib.Path(sys.argv[1]).read_text()
    words = re.findall(r"^[A-Z_]+: '([^'\\]+)';", grammar, re.MULTILINE)
    for word in dict.fromkeys(words + LITERALS):
        escaped = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode())
        print(f'"{escaped}"')


if __name__ == "__main__":
    main()
