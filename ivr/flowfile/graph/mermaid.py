"""A graph as Mermaid text: a flow chart that README files and wikis draw by themselves."""

from ivr.flowfile.graph.model import Graph, Node

_SHAPES = {
    "says": ("[", "]"),
    "asks": ("[/", "/]"),
    "decides": ("{{", "}}"),
    "connects": ("[[", "]]"),
    "ends": ("([", "])"),
}


def mermaid(graph: Graph) -> str:
    """The text of a Mermaid flow chart. Ways between the same two steps are one arrow with all their labels."""
    ids = {node.name: f"s{number}" for number, node in enumerate(graph.nodes, 1)}
    lines = ["---", f"title: {_quoted(graph.title)}", "---", "flowchart LR"]
    lines += [f"    {ids[node.name]}{_drawn(node)}" for node in graph.nodes]
    if graph.start in ids:
        lines.append(f'    call(("call")) --> {ids[graph.start]}')
    for node in graph.nodes:
        together: dict[str, list[str]] = {}
        for one in node.exits:
            together.setdefault(one.to, []).append(one.label)
        for to, labels in together.items():
            if to in ids:
                lines.append(f"    {ids[node.name]} -->|{_quoted(', '.join(labels))}| {ids[to]}")
    if graph.on_fault in ids:
        lines.append(f'    fault(("fault")) -.-> {ids[graph.on_fault]}')
    return "\n".join(lines) + "\n"


def _drawn(node: Node) -> str:
    left, right = _SHAPES[node.look]
    return f"{left}{_quoted(f'{node.kind}: {node.name}')}{right}"


def _quoted(text: str) -> str:
    """A text in quotes; what Mermaid would read as its own is written by its character's number."""
    plain = "".join(f"#{ord(letter)};" if letter in '"#<>`;\\&{}|' else letter for letter in " ".join(text.split()))
    return f'"{plain}"'
