"""What is put into an untrusted template before it runs: counters, where it loops, and where it makes or compares."""

import re
from typing import NoReturn, TypeVar

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

E = TypeVar("E", nodes.List, nodes.Tuple, nodes.Dict, nodes.Getitem)

TURNS, CONCAT, WEIGHED, SEARCHED = "_turns", "_concat", "_weighed", "_searched"
"""The filters that count: turns of a loop, texts that are joined, values, and values in which another is looked for."""


SPOKEN = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
"""What looks texts up in the catalogues, with the number of texts that each takes. What comes out is HTML."""

_FORMAT = re.compile(r"(?:[^%]|%%|%\(\w+\)[sd])*")


def guard(tree: nodes.Template, name: str | None, filename: str | None) -> nodes.Template:
    """Put counters into a template; TemplateSyntaxError for what cannot be counted."""
    guarded: nodes.Template = _Guard(name, filename).visit(tree)
    return guarded


class _Guard(NodeTransformer):
    def __init__(self, name: str | None, filename: str | None) -> None:
        self.name, self.filename = name, filename

    def _refuse(self, node: nodes.Node, what: str) -> NoReturn:
        told = f"{what} is for themes with trusted: true alone"
        raise TemplateSyntaxError(told, node.lineno, self.name, self.filename)

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja calls it so
        if node.recursive:
            self._refuse(node, "a recursive loop")
        self.generic_visit(node)
        text = sum(len(data.data) for part in node.body for data in part.find_all(nodes.TemplateData))
        node.iter = _filtered(node.iter, TURNS, nodes.Const(text))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), CONCAT)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filtered(node.expr, WEIGHED)
        for operand in node.ops:
            operand.expr = _filtered(operand.expr, SEARCHED if operand.op in ("in", "notin") else WEIGHED)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:  # noqa: N802
        return self._weighed(node) if isinstance(node.arg, nodes.Slice) else self._visited(node)

    def visit_List(self, node: nodes.List) -> nodes.Filter:  # noqa: N802
        return self._weighed(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Filter:  # noqa: N802
        return self._weighed(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802
        return self._weighed(node) if node.ctx == "load" else self._visited(node)

    def visit_Name(self, node: nodes.Name) -> nodes.Name:  # noqa: N802
        if node.name in ("varargs", "kwargs") or (node.name in SPOKEN and node.ctx == "load"):
            self._refuse(node, f'the name "{node.name}" by itself')
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Call:  # noqa: N802
        if not isinstance(node.node, nodes.Name) or node.node.name not in SPOKEN:
            self.generic_visit(node)
            return node
        for text in node.args[: SPOKEN[node.node.name]]:
            if not isinstance(text, nodes.Const) or not _FORMAT.fullmatch(str(text.value)):
                self._refuse(node, f"{node.node.name}() of anything but a text with %(name)s in it")
        if node.dyn_args or node.dyn_kwargs:
            self._refuse(node, f"{node.node.name}() with a list of values")
        node.args = [self.visit(value) for value in node.args]
        node.kwargs = [self.visit(value) for value in node.kwargs]
        return node

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:  # noqa: N802
        self._refuse(node, "a part without escaping")

    def _visited(self, node: E) -> E:
        self.generic_visit(node)
        return node

    def _weighed(self, node: E) -> nodes.Filter:
        return _filtered(self._visited(node), WEIGHED)


def _filtered(node: nodes.Node, name: str, *given: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(given), [], None, None, lineno=node.lineno)
