// What Grafana takes, of the kinds of panels that we use: its own types, generated from its schemas. Its type of a panel says
// nothing of the options of each kind; here they are put together.
import { Dashboard as Outside, FieldConfig, FieldConfigSource, Panel, RowPanel } from 'grafana/dashboard/x/types.gen';
import * as stat from 'grafana/composable/stat/panelcfg/x/types.gen';
import * as table from 'grafana/composable/table/panelcfg/x/types.gen';
import * as text from 'grafana/composable/text/panelcfg/x/types.gen';
import * as timeline from 'grafana/composable/statetimeline/panelcfg/x/types.gen';
import * as timeseries from 'grafana/composable/timeseries/panelcfg/x/types.gen';
import { Dataquery } from 'sdk/prometheus/types.gen';
import { DataSourceRef } from 'grafana/dashboard/x/types.gen';

// A function that is in the SDK's type alone.
type Prometheus = Omit<Dataquery, '_implementsDataqueryVariant'>;
// Neither package has the type of a query of SQL: these fields are ours, by what Grafana exports.
interface Sql { datasource: DataSourceRef; editorMode: 'code'; format: 'table' | 'time_series'; rawQuery: true; rawSql: string; refId: string }

type Drawn<Kind, Options, Custom> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Kind;
  options: Options;
  targets: Array<Prometheus | Sql>;
  fieldConfig: Omit<FieldConfigSource, 'defaults'> & { defaults: Omit<FieldConfig, 'custom'> & { custom?: Custom } };
};

export type Dashboard = Omit<Outside, 'panels'> & {
  panels: Array<
    | Drawn<'timeseries', timeseries.Options, timeseries.FieldConfig>
    | Drawn<'stat', stat.Options, never>
    | Drawn<'table', table.Options, Partial<table.FieldConfig>>
    | Drawn<'state-timeline', timeline.Options, timeline.FieldConfig>
    | (Omit<Panel, 'type' | 'options'> & { type: 'text'; options: text.Options })
    | (Omit<RowPanel, 'panels'> & { panels: [] })
  >;
};
