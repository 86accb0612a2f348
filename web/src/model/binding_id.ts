import type { BindingName } from "../api/types.js";

// Also two triggers of one object with one policy differ in their metadata, whose keys the API sorts.
export const idOf = (name: BindingName) => `${name.namespace}/${name.name} ${JSON.stringify(name.metadata)}`;
