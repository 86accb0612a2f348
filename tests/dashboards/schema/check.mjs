// Holds dashboards against dashboard.ts: node check.mjs FILE...
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as units from '@grafana/grafana-foundation-sdk/units';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const schema = createGenerator({ path: 'dashboard.ts', tsconfig: 'tsconfig.json', type: 'Dashboard', expose: 'none', skipTypeCheck: true })
  .createSchema('Dashboard');

// A panel is held against the one kind that it says it is, so that the message is about that.
const whole = schema.definitions.Dashboard;
const kinds = whole.properties.panels.items.anyOf;
const ajv = new Ajv({ allErrors: true, strict: false });
const compile = (part) => ajv.compile({ ...part, definitions: schema.definitions });
const ofKind = new Map(kinds.map((kind) => [kind.properties.type.const, compile(kind)]));
const dashboard = compile({ ...whole, properties: { ...whole.properties, panels: { type: 'array', minItems: 1 } } });

const known = new Set(Object.values(units));
// Of what is drawn, and of columns.
const unitsOf = ({ fieldConfig }) => [fieldConfig?.defaults.unit, ...(fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
  properties.filter(({ id }) => id === 'unit').map(({ value }) => value))].filter(Boolean);

let wrong = 0;
const complain = (where, errors) => {
  for (const error of errors) {
    console.error(`${where}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
    wrong += 1;
  }
};
for (const file of process.argv.slice(2)) {
  const made = JSON.parse(readFileSync(file, 'utf8'));
  if (!dashboard(made)) complain(basename(file), dashboard.errors);
  for (const panel of made.panels) {
    const fits = ofKind.get(panel.type);
    if (!fits) complain(`${basename(file)} "${panel.title}"`, [{ instancePath: '', message: 'is of a kind that dashboard.ts lacks', params: panel.type }]);
    else if (!fits(panel)) complain(`${basename(file)} "${panel.title}"`, fits.errors);
    for (const unit of unitsOf(panel)) {
      if (!known.has(unit) && !unit.startsWith('suffix:')) {
        complain(`${basename(file)} "${panel.title}"`, [{ instancePath: '', message: 'has a unit that Grafana lacks', params: unit }]);
      }
    }
  }
}
process.exit(wrong ? 1 : 0);
