/** Graphs as texts: a list, Mermaid and DOT. */
import type { Paint } from "../frame/paint.ts";
import type { Edge, Graph, Node } from "./model.ts";

/** A line for each component with those that it connects to. */
export function listText(graphs: readonly Graph[], paint: Paint): string {
  return graphs
    .map(({ objects, nodes, edges }) => {
      const width = Math.max(0, ...nodes.map((node) => labelOf(node).length));
      const lines = nodes.map((node) => {
        const targets = edges
          .filter(({ from }) => from === node.id)
          .map(({ to, how }) => (how === "given" ? to : `(${to})`));
        const arrow = targets.length === 0 ? "" : ` -> ${targets.join(", ")}`;
        const detail = node.detail === "" ? "" : `  ${paint("dim", node.detail)}`;
        return `  ${labelOf(node).padEnd(width)}${detail}${arrow}`;
      });
      return [paint("bold", objects.join(", ")), ...lines, ""].join("\n");
    })
    .join("\n");
}

function labelOf({ kind, name }: Node): string {
  return kind === name ? kind : `${kind} ${name}`;
}

/** https://mermaid.js.org/syntax/flowchart.html */
export function mermaidText(graphs: readonly Graph[]): string {
  const blocks = graphs.flatMap((graph, at) => [
    `  subgraph g${at}["${mermaidEscape(graph.objects.join(", "))}"]`,
    ...graph.nodes.map((node) => `    ${mermaidNode(graph, at, node)}`),
    ...graph.edges.map((edge) => `    ${mermaidEdge(graph, at, edge)}`),
    "  end",
  ]);
  return ["flowchart LR", ...blocks, ""].join("\n");
}

function mermaidNode(graph: Graph, at: number, node: Node): string {
  const label = mermaidEscape([labelOf(node), node.detail].filter(Boolean).join("\n"));
  const [open, close] = node.kind === "backend" ? ["[(", ")]"] : ["[", "]"];
  return `${handle(graph, at, node.id)}${open}"${label}"${close}`;
}

function mermaidEdge(graph: Graph, at: number, { from, to, how }: Edge): string {
  const arrow = how === "given" ? "-->" : "-.->";
  return `${handle(graph, at, from)} ${arrow} ${handle(graph, at, to)}`;
}

function mermaidEscape(text: string): string {
  return text
    .replaceAll("&", "#amp;")
    .replaceAll('"', "#quot;")
    .replaceAll("<", "#lt;")
    .replaceAll(">", "#gt;")
    .replaceAll("\n", "<br>");
}

/** https://graphviz.org/doc/info/lang.html */
export function dotText(graphs: readonly Graph[]): string {
  const blocks = graphs.flatMap((graph, at) => [
    `  subgraph cluster_${at} {`,
    `    label=${quoted(graph.objects.join(", "))};`,
    ...graph.nodes.map((node) => {
      const label = quoted([labelOf(node), node.detail].filter(Boolean).join("\n"));
      const shape = node.kind === "backend" ? "cylinder" : "box";
      return `    ${handle(graph, at, node.id)} [label=${label}, shape=${shape}];`;
    }),
    ...graph.edges.map(({ from, to, how }) => {
      const style = how === "given" ? "" : " [style=dotted]";
      return `    ${handle(graph, at, from)} -> ${handle(graph, at, to)}${style};`;
    }),
    "  }",
  ]);
  const head = ["digraph prism {", "  rankdir=LR;", '  node [fontname="sans-serif"];'];
  return [...head, ...blocks, "}", ""].join("\n");
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}

/** A name that both languages take as it is. */
function handle({ nodes }: Graph, at: number, id: string): string {
  return `n${at}_${nodes.findIndex((node) => node.id === id)}`;
}
