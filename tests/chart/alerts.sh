#!/usr/bin/env bash
# The alerts: promtool takes them, and they fire in the cases of alerts_test.yaml and in no others; every metric in them is in
# docs/metrics.md; every alert has its runbook in docs/runbooks.md, and every runbook its alert.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
alerts=$CHART/files/alerts.yaml
wrong=0
promtool check rules "$alerts" >/dev/null
mkdir -p "$WORK/alerts"
cp "$alerts" "$here/alerts_test.yaml" "$WORK/alerts/"
(cd "$WORK/alerts" && promtool test rules alerts_test.yaml >out 2>&1) || { cat "$WORK/alerts/out" >&2; wrong=1; }

# What the PrometheusRule renders is the same rules, with another job, other runbooks and another Grafana.
python3 - "$WORK/rendered/cert-manager.yaml" >"$WORK/alerts/rendered.yaml" <<'END'
import sys, yaml
rule = next(each for each in yaml.safe_load_all(open(sys.argv[1])) if each and each["kind"] == "PrometheusRule")
assert all('job="loadline-http"' in alert["expr"] and alert["annotations"]["runbook_url"].startswith("https://wiki.example.com/")
           and alert["annotations"]["dashboard_url"].startswith("https://grafana.example.com/d/loadline-")
           for alert in rule["spec"]["groups"][0]["rules"]), rule
yaml.safe_dump(rule["spec"], sys.stdout)
END
promtool check rules "$WORK/alerts/rendered.yaml" >/dev/null

for metric in $(grep -oE '\bloadline_[a-z_]+' "$alerts" | sort -u); do
  # The HTTP port's three are told of in one sentence, with the gRPC port's.
  grep -q "\`${metric/loadline_http_tls_/loadline_tls_}\`" "$root/docs/metrics.md" || { echo "alerts.yaml: docs/metrics.md has no $metric" >&2; wrong=1; }
done
diff <(sed -n 's/^ *- alert: //p' "$alerts" | sort) <(sed -n 's/^## \(Loadline[A-Za-z]*\)$/\1/p' "$root/docs/runbooks.md" | sort) ||
  { echo "docs/runbooks.md: not the alerts of alerts.yaml (<: only alerts, >: only runbooks)" >&2; wrong=1; }
diff <(sed -n 's/^ *- alert: \(.*\)/\L\1/p' "$alerts") <(sed -n 's/^ *runbook_url: docs\/runbooks.md#//p' "$alerts") ||
  { echo "alerts.yaml: a runbook_url leads to another alert's runbook" >&2; wrong=1; }
for alert in $(sed -n 's/^ *- alert: //p' "$alerts"); do
  grep -q "alertname: $alert\$" "$here/alerts_test.yaml" || { echo "alerts_test.yaml: no case for $alert" >&2; wrong=1; }
done
exit $wrong
