{{/* Whether the chart makes the workload's policy. Without KEDA nobody would ask for it. */}}
{{- define "workload.makesPolicy" -}}
{{- $root := index . 0 -}}{{- $workload := index . 1 -}}
{{- if and $root.Values.keda.enabled $workload.loadline.enabled (not $workload.loadline.policy) }}true{{ end -}}
{{- end }}

{{/*
The policy as a document: what the workload's `policy` says, and what follows from the rest: the bounds, a query for the replicas
of what is not the Deployment of the object's name, and the HPA's tolerance.
*/}}
{{- define "workload.policy" -}}
{{- $root := index . 0 -}}{{- $workload := index . 1 -}}
{{- $bounds := dict "min" $workload.min "max" (int $workload.maxReplicaCount) -}}
{{- $target := $workload.target -}}
{{- if not $workload.isJob -}}
{{- if eq $target.kind "StatefulSet" -}}
{{- $_ := set $bounds "observed" (printf "kube_statefulset_status_replicas{namespace=\"${namespace}\",statefulset=\"%s\"}" $workload.targetName) -}}
{{- else if ne $workload.targetName $workload.objectName -}}
{{- $_ := set $bounds "observed" (printf "kube_deployment_status_replicas{namespace=\"${namespace}\",deployment=\"%s\"}" $workload.targetName) -}}
{{- end -}}
{{- end -}}
{{- $spec := mergeOverwrite (dict "replicas" $bounds) $workload.policy -}}
{{- $up := dig "scaleUp" "tolerance" "" $workload.behavior -}}
{{- $down := dig "scaleDown" "tolerance" "" $workload.behavior -}}
{{- if and (not (dig "hpa" "tolerance" "" $spec)) (or (ne (toString $up) "") (ne (toString $down) "")) -}}
{{- $tolerance := dict "up" (toString $up | default "0.1" | float64) "down" (toString $down | default "0.1" | float64) -}}
{{- $_ := set $spec "hpa" (mergeOverwrite (dict "tolerance" $tolerance) (default dict $spec.hpa)) -}}
{{- end -}}
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: {{ $workload.policyName }}, namespace: {{ $root.Release.Namespace }} }
spec:
  {{- toYaml $spec | nindent 2 }}
{{- end }}
