"""A flow as a picture: which step leads where, laid out and drawn. Pure: the same flow gives the same drawing.

graph_of(flow) -> Graph      steps and their ways, from the types of the steps' fields
mermaid(graph) -> text       for READMEs and wikis
svg(graph, traffic) -> text  our own drawing, light and dark, with counts on the ways where there are any
"""

from ivr.flowfile.graph.mermaid import mermaid
from ivr.flowfile.graph.model import Exit, Graph, Node, graph_of
from ivr.flowfile.graph.svg import svg
from ivr.flowfile.graph.traffic import exit_counts

__all__ = ["Exit", "Graph", "Node", "exit_counts", "graph_of", "mermaid", "svg"]
