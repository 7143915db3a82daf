"""Parses the C# sources in folders and prints syntax errors."""

import pathlib
import sys

import tree_sitter_c_sharp
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_c_sharp.language()))
failed = False
for folder in sys.argv[1:]:
    for path in sorted(pathlib.Path(folder).rglob("*.cs")):
        nodes = [parser.parse(path.read_bytes()).root_node]
        while nodes:
            node = nodes.pop()
            if node.is_error or node.is_missing:
                print(f"{path}:{node.start_point[0] + 1}: not C#")
                failed = True
            nodes.extend(node.children)
sys.exit(failed)
