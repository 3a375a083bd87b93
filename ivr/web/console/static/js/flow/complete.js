// What may stand where the cursor is: fields and kinds of steps by the schema, names by the text and by the server.

const KEY = /^(\s*)((?:- +)*)("?[^\s:#"'{][^:"']*"?):(?:\s|$)/;

export function completions(schema, names) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/^\s*#/.test(before)) return null;
    return inBraces(schema, context, before) || atPlace(schema, names, context, line, before);
  };
}

// {{ caller.name | digits }}
function inBraces(schema, context, before) {
  const open = /\{\{\s*([\w.]*)$/.exec(before);
  if (open) {
    const asked = [...context.state.doc.toString().matchAll(/^\s+save: *([a-z]\w*)/gm)].map((found) => [`answers.${found[1]}`, "what the caller answered"]);
    const known = new Map([...Object.entries(schema["x-values"] || {}), ...asked]);
    return found(context, open[1], [...known].map(([label, info]) => ({ label, info, type: "variable" })));
  }
  const filter = /\{\{[^}]*\|\s*(\w*)$/.exec(before);
  return filter ? found(context, filter[1], (schema["x-filters"] || []).map((label) => ({ label, type: "function" }))) : null;
}

function atPlace(schema, names, context, line, before) {
  const inline = /[{,]\s*([\w-]*)$/.exec(before);
  const value = /([\w*#-]+)"?:\s+(["']?)([\w./-]*)$/.exec(before);
  const key = /^(\s*)((?:- +)*)([\w-]*)$/.exec(before);
  if (key) {
    if (!context.explicit && !key[3]) return null;
    const path = pathAbove(context.state.doc, line.number, key[1].length + key[2].length, key[2].length > 0);
    return found(context, key[3], fields(schema, path, context.state.doc, line.number));
  }
  const above = pathAbove(context.state.doc, line.number, indentOf(line.text), false);
  if (value) {
    const nested = before.includes("{") ? [keyOf(line.text), value[1]] : [value[1]];
    return found(context, value[3], values(schema, [...above, ...nested], context.state.doc, names));
  }
  if (inline && before.includes("{")) return found(context, inline[1], fields(schema, [...above, keyOf(line.text)], context.state.doc, line.number));
  return null;
}

function found(context, prefix, options) {
  if (!options.length || (!context.explicit && !prefix && context.pos === 0)) return null;
  return { from: context.pos - prefix.length, options, validFor: /^[\w./-]*$/ };
}

// --- where ---------------------------------------------------------------------------------------------------------
function indentOf(text) {
  const dashes = /^(\s*)((?:- +)*)/.exec(text);
  return dashes[1].length + dashes[2].length;
}

function keyOf(text) {
  const match = KEY.exec(text);
  return match ? match[3].replaceAll('"', "") : "";
}

// The keys a line stands below, outermost first; `-` stands for an entry of a list.
function pathAbove(doc, number, indent, inItem) {
  const path = inItem ? ["-"] : [];
  let limit = inItem ? indent - 1 : indent;
  for (let at = number - 1; at >= 1 && limit > 0; at -= 1) {
    const { text } = doc.line(at);
    if (!text.trim() || /^\s*#/.test(text)) continue;
    const match = KEY.exec(text);
    if (!match) continue;
    const deep = match[1].length + match[2].length;
    if (deep < limit) {
      path.unshift(match[3].replaceAll('"', ""));
      limit = deep;
    }
    if (match[2] && match[1].length < limit + match[2].length && deep <= limit + match[2].length && match[1].length < limit) {
      path.unshift("-");
      limit = match[1].length;
    }
    if (match[2] && deep === limit) {
      if (path[0] !== "-") path.unshift("-");
      limit = match[1].length + 1;
    }
  }
  return path;
}

// --- what ----------------------------------------------------------------------------------------------------------
function below(schema, node, key) {
  return alternatives(schema, node).flatMap((one) => {
    if (key === "-") return one.items ? [one.items] : [];
    if (one.properties && one.properties[key]) return [one.properties[key]];
    return one.additionalProperties && typeof one.additionalProperties === "object" ? [one.additionalProperties] : [];
  });
}

function alternatives(schema, node) {
  if (!node) return [];
  if (node.$ref) return alternatives(schema, schema.$defs[node.$ref.replace("#/$defs/", "")]);
  return [node, ...(node.anyOf || []).flatMap((one) => alternatives(schema, one))];
}

// The schemas at a path; a step's is that of its kind.
function at(schema, path, doc) {
  let nodes = [schema];
  path.forEach((key, depth) => {
    nodes = nodes.flatMap((node) => below(schema, node, key));
    if (depth === 1 && path[0] === "steps") {
      const kind = kindOf(schema, doc, key);
      nodes = kind ? [schema.$defs[`${kind}-step`]] : [];
    }
  });
  return nodes.flatMap((node) => alternatives(schema, node));
}

function kindOf(schema, doc, step) {
  const body = linesOf(doc, step);
  return body.map(keyOf).find((word) => schema.$defs[`${word}-step`]) || "";
}

// The lines of a step that hold its own fields.
function linesOf(doc, step) {
  const found = [];
  let indent = -1;
  let own = -1;
  for (let number = 1; number <= doc.lines; number += 1) {
    const { text } = doc.line(number);
    if (!text.trim() || /^\s*#/.test(text)) continue;
    const here = text.search(/\S/);
    if (indent < 0) {
      if (here > 0 && keyOf(text) === step) indent = here;
    } else if (here <= indent) {
      break;
    } else {
      if (own < 0) own = here;
      if (here === own) found.push(text);
    }
  }
  return found;
}

function fields(schema, path, doc, number) {
  if (path.length === 0) return described(schema, Object.entries(schema.properties), []);
  if (path.length === 2 && path[0] === "steps" && !kindOf(schema, doc, path[1])) {
    const words = Object.keys(schema.$defs).filter((name) => name.endsWith("-step")).map((name) => name.slice(0, -5));
    return words.map((word) => ({ label: word, apply: `${word}: `, type: "keyword", detail: "step", info: schema.$defs[`${word}-step`].description }));
  }
  const present = path.length === 2 && path[0] === "steps" ? linesOf(doc, path[1]).map(keyOf) : [];
  return at(schema, path, doc, number).flatMap((node) => [
    ...described(schema, Object.entries(node.properties || {}), present),
    ...(node["x-keys"] || []).map((label) => ({ label, apply: `${label}: `, type: "property" })),
  ]);
}

function described(schema, entries, present) {
  return entries.filter(([label]) => !present.includes(label)).map(([label, node]) => ({
    label, apply: `${label}: `, type: "property", info: alternatives(schema, node).map((one) => one.description).find(Boolean),
  }));
}

function values(schema, path, doc, names) {
  const offered = new Map();
  for (const node of at(schema, path, doc)) {
    if (node["x-names"] === "step") for (const label of stepsIn(doc)) offered.set(label, { label, type: "variable", detail: "step" });
    else for (const label of names[node["x-names"]] || []) offered.set(label, { label, type: "variable", detail: node["x-names"] });
    for (const label of [...(node.enum || []), ...(node.examples || [])]) offered.set(label, { label: String(label), type: "constant" });
    if (node.type === "boolean") for (const label of ["yes", "no"]) offered.set(label, { label, type: "constant" });
  }
  for (const label of ["on", "off", "true", "false"]) if (offered.has("yes")) offered.delete(label);
  return [...offered.values()];
}

function stepsIn(doc) {
  const text = doc.toString();
  const first = /^steps\s*:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( +)\S/m.exec(text);
  if (!first) return [];
  const start = text.search(/^steps\s*:/m);
  return [...text.slice(start).matchAll(new RegExp(`^${first[1]}([a-z][\\w-]*):`, "gm"))].map((one) => one[1]);
}
