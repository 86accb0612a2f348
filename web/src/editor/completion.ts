// What may be written where one writes, with its help, by the schema.
import type { Completion, CompletionSource } from "prism-code-editor/autocomplete";
import { fieldsOf, schemasAt, valuesOf, type SchemaNode } from "./schema.js";
import { kindOf, placeAt } from "./yaml_place.js";

export function completeBy(schema: SchemaNode): CompletionSource {
  return ({ before, pos, explicit }, editor) => {
    const place = placeAt(before, pos);
    if (place.word === "" && !explicit) return null;
    const schemas = schemasAt(schema, kindOf(editor.value), place.path);
    const options: Completion[] =
      place.writes === "key"
        ? fieldsOf(schemas, schema).map((field) => ({
            label: field.name,
            insert: field.opens ? `${field.name}:` : `${field.name}: `,
            icon: "property",
            boost: field.required ? 1 : 0,
            detail: field.required ? "required" : "",
            renderDocs: () => [field.help],
          }))
        : valuesOf(schemas).map((value) => ({ label: value, icon: "enum" }));
    return { from: pos - place.word.length, options };
  };
}
