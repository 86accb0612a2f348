{{/* Names and labels. As a subchart's they begin with the release's name, so that two of them live in one namespace. */}}

{{- define "loadline.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* 50 characters: what is appended (-http, -policies, a pod's suffix) has to fit into a label's 63. */}}
{{- define "loadline.fullname" -}}
{{- $name := include "loadline.name" . -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "loadline.selector" -}}
app.kubernetes.io/name: {{ include "loadline.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "loadline.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "loadline.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: loadline
{{- end }}

{{- define "loadline.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "loadline.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- define "loadline.image" -}}
{{- $image := .Values.image -}}
{{- $repository := required "image.repository: where did you push the image? There is no public one (docs/helm.md)" $image.repository -}}
{{- with (.Values.global).imageRegistry }}{{ $repository = printf "%s/%s" . $repository }}{{ end -}}
{{- if $image.digest -}}
{{ $repository }}@{{ $image.digest }}
{{- else -}}
{{ $repository }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}
{{- end }}

{{/* The port of HOST:PORT. */}}
{{- define "loadline.port" -}}
{{ regexFind "[0-9]+$" . }}
{{- end }}

{{/* The Secrets of the gRPC port's certificate, and of the one that KEDA shows: in KEDA's namespace, so with ours in its name. */}}
{{- define "loadline.tls.secret" -}}
{{- if eq .Values.tls.mode "existingSecret" -}}
{{ required "tls.existingSecret: which Secret has tls.crt, tls.key and ca.crt?" .Values.tls.existingSecret }}
{{- else -}}
{{ include "loadline.fullname" . }}-tls
{{- end -}}
{{- end }}

{{- define "loadline.tls.clientSecret" -}}
{{- if eq .Values.tls.mode "existingSecret" -}}
{{ required "tls.existingClientSecret: which Secret of KEDA's namespace has ca.crt, tls.crt and tls.key?" .Values.tls.existingClientSecret }}
{{- else -}}
{{ printf "%s-%s-client" .Release.Namespace (include "loadline.fullname" .) }}
{{- end -}}
{{- end }}

{{/* The names that the certificate is for, as JSON: what scalerAddress may say, the HTTP Service, and a forwarded port. */}}
{{- define "loadline.tls.names" -}}
{{- $names := list "localhost" -}}
{{- range $service := list (include "loadline.fullname" .) (printf "%s-http" (include "loadline.fullname" .)) -}}
{{- $names = concat $names (list (printf "%s.%s" $service $.Release.Namespace) (printf "%s.%s.svc" $service $.Release.Namespace)
    (printf "%s.%s.svc.cluster.local" $service $.Release.Namespace)) -}}
{{- end -}}
{{ toJson $names }}
{{- end }}

{{- define "loadline.http.tlsSecret" -}}
{{- if .Values.http.tls.existingSecret -}}
{{ .Values.http.tls.existingSecret }}
{{- else if ne .Values.tls.mode "none" -}}
{{ include "loadline.tls.secret" . }}
{{- else -}}
{{ fail "http.tls.enabled: name http.tls.existingSecret, or choose a tls.mode, whose certificate serves both ports" }}
{{- end -}}
{{- end }}
