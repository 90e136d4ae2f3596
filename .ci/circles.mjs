/**
 * The circles of a directed graph, each as the names that lead back to the first; one for every knot (Tarjan's strongly
 * connected components), so that a knot of many files is one finding.
 * @param {ReadonlyMap<string, readonly string[]>} graph
 * @returns {string[][]}
 */
export function circles(graph) {
  /** @type {Map<string, { index: number, low: number, open: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const found = [];

  /** @param {string} node */
  function visit(node) {
    const state = { index: seen.size, low: seen.size, open: true };
    seen.set(node, state);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const known = seen.get(next);
      if (known === undefined) state.low = Math.min(state.low, visit(next).low);
      else if (known.open) state.low = Math.min(state.low, known.index);
    }
    if (state.low === state.index) close(node);
    return state;
  }

  /** @param {string} node */
  function close(node) {
    const members = stack.splice(stack.indexOf(node));
    for (const member of members) {
      const state = seen.get(member);
      if (state !== undefined) state.open = false;
    }
    if (members.length > 1 || graph.get(node)?.includes(node)) found.push(walk(graph, new Set(members), node));
  }

  for (const node of graph.keys()) if (!seen.has(node)) visit(node);
  return found;
}

/**
 * A shortest way from `start` back to itself among `members`.
 * @param {ReadonlyMap<string, readonly string[]>} graph
 * @param {ReadonlySet<string>} members
 * @param {string} start
 */
function walk(graph, members, start) {
  const ways = [[start]];
  const reached = new Set();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, start];
      if (!members.has(next) || reached.has(next)) continue;
      reached.add(next);
      ways.push([...way, next]);
    }
  }
  return [...members];
}
