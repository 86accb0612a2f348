// What may stand at a place of a document, by the JSON Schema that the API gives (/api/v1/schema).
export interface SchemaNode {
  $ref?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  required?: string[];
  allOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  $defs?: Record<string, SchemaNode>;
}

export const item = "[]"; // the part of a path that leads into a list

// All that a schema says by reference or by choice, each by itself.
function alternatives(root: SchemaNode, node: SchemaNode, depth = 0): SchemaNode[] {
  if (depth > 12) return [];
  const found = [node];
  const more = [...(node.allOf ?? []), ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  const target = node.$ref?.match(/^#\/\$defs\/(.+)$/)?.[1];
  const referred = target === undefined ? undefined : root.$defs?.[target];
  if (referred !== undefined) more.push(referred);
  for (const each of more) found.push(...alternatives(root, each, depth + 1));
  return found;
}

// The schemas of what a path leads to, such as ["spec", "signals", "[]"], in a document of that kind.
export function schemasAt(root: SchemaNode, kind: string, path: string[]): SchemaNode[] {
  const begin = root.$defs?.[kind] ?? root.$defs?.["ScalingPolicy"];
  if (begin === undefined) return [];
  let here = alternatives(root, begin);
  for (const part of path) {
    const next: SchemaNode[] = [];
    for (const each of here) {
      const inner =
        part === item
          ? each.items
          : (each.properties?.[part] ?? (typeof each.additionalProperties === "object" ? each.additionalProperties : undefined));
      if (inner !== undefined) next.push(...alternatives(root, inner));
    }
    here = next;
  }
  return here;
}

export interface Field {
  name: string;
  help: string;
  required: boolean;
  opens: boolean; // its value is a map or a list
}

export function fieldsOf(schemas: SchemaNode[], root: SchemaNode): Field[] {
  const fields = new Map<string, Field>();
  for (const schema of schemas) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (fields.has(name)) continue;
      const all = alternatives(root, property);
      const only = (types: string[]) =>
        all.some((each) => each.type !== undefined) &&
        all.every((each) => each.type === undefined || [each.type].flat().every((type) => types.includes(type)));
      fields.set(name, {
        name,
        help: all.find((each) => each.description !== undefined)?.description ?? "",
        required: schema.required?.includes(name) ?? false,
        opens: only(["object", "array"]),
      });
    }
  }
  return [...fields.values()];
}

export function valuesOf(schemas: SchemaNode[]): string[] {
  const values = new Set<string>();
  for (const schema of schemas) {
    for (const each of schema.enum ?? []) if (each !== null) values.add(String(each));
    if (schema.const !== undefined) values.add(String(schema.const));
    const types = [schema.type ?? []].flat();
    if (types.length === 1 && types[0] === "boolean") ["true", "false"].forEach((each) => values.add(each));
  }
  return [...values];
}

export function helpOf(schemas: SchemaNode[]): string {
  return schemas.find((each) => each.description !== undefined)?.description ?? "";
}
