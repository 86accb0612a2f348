{{/* A trigger's authenticationRef, set in TRIGGER where there is a name: (list TRIGGER AUTHENTICATION) */}}
{{- define "workload.authenticate" -}}
{{- $trigger := index . 0 -}}{{- $authentication := index . 1 -}}
{{- if ($authentication).name -}}
{{- $_ := set $trigger "authenticationRef" (dict "name" $authentication.name "kind" (default "TriggerAuthentication" $authentication.kind)) -}}
{{- end -}}
{{- end }}

{{/* The name of a PostgreSQL trigger's TriggerAuthentication, and of the Secret that the chart makes. */}}
{{- define "workload.postgresql.name" -}}
{{- $workload := index . 0 -}}{{- $trigger := index . 1 -}}
{{ printf "%s-%s" $workload.objectName (default "postgres" $trigger.name) }}
{{- end }}

{{/*
All triggers of a workload, as JSON. Loadline's own is the last: KEDA numbers the HPA's metrics in this order, so that those
of the others keep their names when ours comes or goes.
*/}}
{{- define "workload.triggers" -}}
{{- $workload := . -}}
{{- $at := printf "workloads.%s" $workload.key -}}
{{- $triggers := list -}}

{{- range $each := $workload.triggers.prometheus -}}
{{- if dig "enabled" true $each -}}
{{- $address := coalesce $each.serverAddress $workload.prometheusAddress | required (printf "%s.prometheusAddress: where is the Prometheus of its triggers?" $at) -}}
{{- $metadata := dict -}}
{{- range $key, $value := $each.metadata }}{{ $_ := set $metadata $key (include "workload.text" $value) }}{{ end -}}
{{- $_ := set $metadata "serverAddress" $address -}}
{{- $_ := set $metadata "query" $each.query -}}
{{- $_ := set $metadata "threshold" (include "workload.text" $each.threshold) -}}
{{- if hasKey $each "activationThreshold" }}{{ $_ := set $metadata "activationThreshold" (include "workload.text" $each.activationThreshold) }}{{ end -}}
{{- $trigger := dict "type" "prometheus" "metadata" $metadata -}}
{{- with $each.name }}{{ $_ := set $trigger "name" . }}{{ end -}}
{{- with $each.metricType }}{{ $_ := set $trigger "metricType" . }}{{ end -}}
{{- include "workload.authenticate" (list $trigger $each.authentication) -}}
{{- $triggers = append $triggers $trigger -}}
{{- end -}}
{{- end -}}

{{- range $each := $workload.triggers.postgresql -}}
{{- if dig "enabled" true $each -}}
{{- $wal := printf "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) FROM pg_replication_slots WHERE slot_name = '%s'" (toString $each.slot) -}}
{{- $metadata := dict "host" $each.host "port" (default 5432 $each.port | int | toString) "dbName" $each.dbName "userName" $each.userName
      "sslmode" (default "require" $each.sslmode) "query" (default $wal $each.query) "targetQueryValue" (include "workload.text" $each.targetQueryValue) -}}
{{- if hasKey $each "activationTargetQueryValue" }}{{ $_ := set $metadata "activationTargetQueryValue" (include "workload.text" $each.activationTargetQueryValue) }}{{ end -}}
{{- $trigger := dict "type" "postgresql" "metadata" $metadata "authenticationRef" (dict "name" (include "workload.postgresql.name" (list $workload $each))) -}}
{{- with $each.name }}{{ $_ := set $trigger "name" . }}{{ end -}}
{{- with $each.metricType }}{{ $_ := set $trigger "metricType" . }}{{ end -}}
{{- $triggers = append $triggers $trigger -}}
{{- end -}}
{{- end -}}

{{- range $resource := list "cpu" "memory" -}}
{{- $each := index $workload.triggers $resource -}}
{{- if $each.enabled -}}
{{- $metadata := dict "value" (include "workload.text" $each.utilization) -}}
{{- with $each.containerName }}{{ $_ := set $metadata "containerName" . }}{{ end -}}
{{- $triggers = append $triggers (dict "type" $resource "metricType" "Utilization" "metadata" $metadata) -}}
{{- end -}}
{{- end -}}

{{- range $each := $workload.triggers.cron -}}
{{- if dig "enabled" true $each -}}
{{- $trigger := dict "type" "cron" "metadata" (dict "timezone" $each.timezone "start" $each.start "end" $each.end
      "desiredReplicas" (include "workload.text" $each.desiredReplicas)) -}}
{{- with $each.name }}{{ $_ := set $trigger "name" . }}{{ end -}}
{{- $triggers = append $triggers $trigger -}}
{{- end -}}
{{- end -}}

{{- $triggers = concat $triggers $workload.triggers.other -}}

{{- with $workload.loadline -}}
{{- if .enabled -}}
{{- $metadata := dict "scalerAddress" .address "policy" $workload.policyName -}}
{{- range $key, $value := .parameters }}{{ $_ := set $metadata $key (include "workload.text" $value) }}{{ end -}}
{{- $trigger := dict "type" .type "metadata" $metadata -}}
{{- if not $workload.isJob }}{{ $_ := set $trigger "metricType" "AverageValue" }}{{ end -}}{{/* KEDA makes no jobs of one that has it */ -}}
{{- include "workload.authenticate" (list $trigger .authentication) -}}
{{- $triggers = append $triggers $trigger -}}
{{- end -}}
{{- end -}}
{{ toJson $triggers }}
{{- end }}
