{{/*
What is mounted below /etc/loadline, by the paths that _config.tpl names. Each is a folder, not a single file of one: only
a folder follows its Secret or ConfigMap when that changes.
*/}}

{{- define "loadline.volumes" -}}
{{- if .Values.policies.files }}
- name: policies
  configMap: { name: {{ include "loadline.fullname" . }}-policies }
{{- end }}
{{- range .Values.policies.existingConfigMaps }}
- name: policies-{{ . | replace "." "-" | trunc 50 | trimSuffix "-" }}
  configMap: { name: {{ . }} }
{{- end }}
{{- range $name, $source := .Values.sources }}
{{- with include "loadline.source.files" $source | trim }}
- name: source-{{ $name }}
  projected:
    sources: {{- . | nindent 6 }}
{{- end }}
{{- end }}
{{- range $name, $webhook := .Values.webhooks }}
{{- with include "loadline.webhook.files" $webhook | trim }}
- name: webhook-{{ $name }}
  projected:
    sources: {{- . | nindent 6 }}
{{- end }}
{{- end }}
{{- if ne .Values.tls.mode "none" }}
- name: tls
  secret: { secretName: {{ include "loadline.tls.secret" . }} }
{{- end }}
{{- if .Values.http.tls.enabled }}
- name: http-tls
  secret: { secretName: {{ include "loadline.http.tlsSecret" . }} }
{{- end }}
{{- with .Values.http.tokens }}{{ if .secret }}
- name: tokens
  secret: { secretName: {{ .secret }}, items: [{ key: {{ .key }}, path: tokens }] }
{{- end }}{{ end }}
{{- if eq .Values.journal.type "postgresql" }}
{{- with include "loadline.journal.files" .Values.journal.postgresql | trim }}
- name: journal
  projected:
    sources: {{- . | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "loadline.mounts" -}}
{{- if .Values.policies.files }}
- { name: policies, mountPath: /etc/loadline/policies/chart, readOnly: true }
{{- end }}
{{- range .Values.policies.existingConfigMaps }}
- { name: policies-{{ . | replace "." "-" | trunc 50 | trimSuffix "-" }}, mountPath: /etc/loadline/policies/{{ . }}, readOnly: true }
{{- end }}
{{- range $name, $source := .Values.sources }}
{{- if include "loadline.source.files" $source | trim }}
- { name: source-{{ $name }}, mountPath: /etc/loadline/sources/{{ $name }}, readOnly: true }
{{- end }}
{{- end }}
{{- range $name, $webhook := .Values.webhooks }}
{{- if include "loadline.webhook.files" $webhook | trim }}
- { name: webhook-{{ $name }}, mountPath: /etc/loadline/webhooks/{{ $name }}, readOnly: true }
{{- end }}
{{- end }}
{{- if ne .Values.tls.mode "none" }}
- { name: tls, mountPath: /etc/loadline/tls, readOnly: true }
{{- end }}
{{- if .Values.http.tls.enabled }}
- { name: http-tls, mountPath: /etc/loadline/http-tls, readOnly: true }
{{- end }}
{{- if .Values.http.tokens.secret }}
- { name: tokens, mountPath: /etc/loadline/tokens, readOnly: true }
{{- end }}
{{- if and (eq .Values.journal.type "postgresql") (include "loadline.journal.files" .Values.journal.postgresql | trim) }}
- { name: journal, mountPath: /etc/loadline/journal, readOnly: true }
{{- end }}
{{- end }}

{{/* What a source needs, in one folder. */}}
{{- define "loadline.source.files" -}}
{{- if (.bearerToken).secret }}
{{ include "loadline.file" (list .bearerToken "token" "token") }}
{{- end }}
{{- if (.basicAuth).secret }}
{{ include "loadline.file" (list .basicAuth "password" "password") }}
{{- end }}
{{- if .ca }}
{{ include "loadline.file" (list .ca "ca.crt" "ca.crt") }}
{{- end }}
{{- with (.clientCertificate).secret }}
- secret: { name: {{ . }}, items: [{ key: tls.crt, path: tls.crt }, { key: tls.key, path: tls.key }] }
{{- end }}
{{- end }}

{{- define "loadline.webhook.files" -}}
{{- with .urlFrom }}
{{ include "loadline.file" (list . "url" "url") }}
{{- end }}
{{- with .signing }}
{{ include "loadline.file" (list . "secrets" "secrets") }}
{{- end }}
{{- with .bearerToken }}
{{ include "loadline.file" (list . "token" "token") }}
{{- end }}
{{- with .ca }}
{{ include "loadline.file" (list . "ca.crt" "ca.crt") }}
{{- end }}
{{- end }}

{{- define "loadline.journal.files" -}}
{{- if .password.secret }}
{{ include "loadline.file" (list .password "password" "password") }}
{{- end }}
{{- if or .ca.secret .ca.configMap }}
{{ include "loadline.file" (list .ca "ca.crt" "ca.crt") }}
{{- end }}
{{- end }}

{{/* One key of {secret|configMap, key}, as a file: (list REFERENCE DEFAULT-KEY FILE). */}}
{{- define "loadline.file" -}}
{{- $from := index . 0 -}}
{{- $item := printf "items: [{ key: %s, path: %s }]" (default (index . 1) $from.key) (index . 2) -}}
{{- if $from.secret -}}
- secret: { name: {{ $from.secret }}, {{ $item }} }
{{- else -}}
- configMap: { name: {{ $from.configMap }}, {{ $item }} }
{{- end -}}
{{- end }}
