{{/* Names and labels, made as those of the chart loadline. */}}

{{- define "workload.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "workload.fullname" -}}
{{- $name := include "workload.name" . -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "workload.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "workload.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The metadata of what scales a workload: (list . WORKLOAD) */}}
{{- define "workload.metadata" -}}
{{- $root := index . 0 -}}{{- $workload := index . 1 -}}
name: {{ $workload.objectName }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "workload.labels" $root | nindent 2 }}
  app.kubernetes.io/component: {{ $workload.key }}
  {{- range $label, $value := $workload.labels }}
  {{ $label }}: {{ include "workload.text" $value | quote }}
  {{- end }}
{{- with $workload.annotations }}
annotations:
  {{- range $annotation, $value := . }}
  {{ $annotation }}: {{ include "workload.text" $value | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A value as text: a million is 1000000, and not 1e+06. */}}
{{- define "workload.text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toJson . }}{{ end -}}
{{- end }}

{{/* The HPA's behavior. A tolerance is a quantity, which KEDA's definition takes as text alone. */}}
{{- define "workload.behavior" -}}
{{- $behavior := deepCopy .behavior -}}
{{- range $behavior -}}
{{- if hasKey . "tolerance" }}{{ $_ := set . "tolerance" (include "workload.text" .tolerance) }}{{ end -}}
{{- end -}}
{{ toYaml $behavior }}
{{- end }}
