// A table by its columns, of which the first one names the rows.
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  title: ComponentChildren; // "": what stands below it says it
  number?: boolean;
  look?: (row: Row) => string | undefined; // a class of its cells
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row, at: number) => string | number;
  look?: (row: Row) => string | undefined; // a class of its rows
  class?: string;
  caption?: ComponentChildren; // a <caption>
  above?: ComponentChildren; // other rows
  below?: ComponentChildren;
}

export function Table<Row>({ columns, rows, keyOf, look, class: name, caption, above, below }: TableProps<Row>) {
  return (
    <table class={name}>
      {caption}
      <thead>
        <tr>{columns.map(headOf)}</tr>
      </thead>
      <tbody>
        {above}
        {rows.map((row, at) => (
          <tr key={keyOf(row, at)} class={look?.(row)}>
            {columns.map((column, place) => cellOf(column, row, place))}
          </tr>
        ))}
        {below}
      </tbody>
    </table>
  );
}

function headOf<Row>({ title, number }: Column<Row>, place: number) {
  if (title === "") return <td key={place} />;
  return (
    <th key={place} scope="col" class={number ? "number" : undefined}>
      {title}
    </th>
  );
}

function cellOf<Row>({ number, look, cell }: Column<Row>, row: Row, place: number) {
  if (place === 0) {
    return (
      <th key={place} scope="row">
        {cell(row)}
      </th>
    );
  }
  return (
    <td key={place} class={number ? "number" : look?.(row)}>
      {cell(row)}
    </td>
  );
}
