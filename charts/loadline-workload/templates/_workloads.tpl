{{/*
The workloads that are switched on, by name, as JSON: what each says, what `defaults` says otherwise, and what follows:
key, targetName, objectName, isJob, min, toZero, saysPolicy, policyName.
*/}}
{{- define "workloads" -}}
{{- $all := dict -}}
{{- if .Values.enabled -}}
{{- range $key, $said := .Values.workloads -}}
{{- $workload := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy (default dict $said)) -}}
{{- if $workload.enabled -}}
{{- $isJob := eq $workload.kind "ScaledJob" -}}
{{- $target := tpl (default $key $workload.target.name) $ -}}
{{- $object := default $target $workload.name -}}
{{- $_ := set $workload "key" $key -}}
{{- $_ := set $workload "isJob" $isJob -}}
{{- $_ := set $workload "targetName" $target -}}
{{- $_ := set $workload "objectName" $object -}}
{{- $_ := set $workload "min" (ternary (ternary 0 1 $isJob) (int $workload.minReplicaCount) (kindIs "invalid" $workload.minReplicaCount)) -}}
{{- $_ := set $workload "saysPolicy" (not (empty (default dict $said).policy)) -}}
{{- $_ := set $workload "toZero" (eq (int $workload.min) 0) -}}
{{- $_ := set $workload "policyName" (coalesce $workload.loadline.policy $workload.loadline.policyName ($object | replace "." "-")) -}}
{{- $_ := set $all $key $workload -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ toJson $all }}
{{- end }}
