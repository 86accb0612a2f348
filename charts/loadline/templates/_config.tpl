{{/*
loadline.yaml: the options of `config`, and the paths of what the chart mounts. What `config` says wins.
*/}}
{{- define "loadline.config" -}}
{{- $mounted := dict -}}

{{- $path := "" -}}
{{- if or .Values.policies.files .Values.policies.existingConfigMaps }}{{ $path = "/etc/loadline/policies" }}{{ end -}}
{{- $_ := set $mounted "policies" (dict "path" $path) -}}
{{- $kubernetes := default dict .Values.config.kubernetes -}}
{{- if not (or $path (dig "policies" "path" "" .Values.config) $kubernetes.enabled) -}}
{{- fail "policies: there are none: set policies.files or policies.existingConfigMaps, or config.kubernetes.enabled to read labelled ConfigMaps" -}}
{{- end -}}

{{- $sources := dict -}}
{{- range $name, $source := .Values.sources -}}
{{- $folder := printf "/etc/loadline/sources/%s" $name -}}
{{- $options := dict -}}
{{- with $source.url }}{{ $_ := set $options "url" . }}{{ end -}}
{{- if ($source.bearerToken).secret }}{{ $_ := set $options "bearerTokenFile" (printf "%s/token" $folder) }}{{ end -}}
{{- with $source.basicAuth -}}
{{- $_ := set $options "basicAuthUser" .user -}}
{{- $_ := set $options "basicAuthPasswordFile" (printf "%s/password" $folder) -}}
{{- end -}}
{{- if $source.ca }}{{ $_ := set $options "caFile" (printf "%s/ca.crt" $folder) }}{{ end -}}
{{- if ($source.clientCertificate).secret -}}
{{- $_ := set $options "certificateFile" (printf "%s/tls.crt" $folder) -}}
{{- $_ := set $options "keyFile" (printf "%s/tls.key" $folder) -}}
{{- end -}}
{{- $_ := set $sources $name $options -}}
{{- end -}}
{{- $_ := set $mounted "sources" $sources -}}

{{- $webhooks := dict -}}
{{- range $name, $webhook := .Values.webhooks -}}
{{- $folder := printf "/etc/loadline/webhooks/%s" $name -}}
{{- $options := dict -}}
{{- with $webhook.url }}{{ $_ := set $options "url" . }}{{ end -}}
{{- if $webhook.urlFrom }}{{ $_ := set $options "urlFile" (printf "%s/url" $folder) }}{{ end -}}
{{- if $webhook.signing }}{{ $_ := set $options "secretFile" (printf "%s/secrets" $folder) }}{{ end -}}
{{- if $webhook.bearerToken }}{{ $_ := set $options "bearerTokenFile" (printf "%s/token" $folder) }}{{ end -}}
{{- if $webhook.ca }}{{ $_ := set $options "caFile" (printf "%s/ca.crt" $folder) }}{{ end -}}
{{- $_ := set $webhooks $name $options -}}
{{- end -}}
{{- with $webhooks }}{{ $_ := set $mounted "webhooks" . }}{{ end -}}

{{- if ne .Values.tls.mode "none" -}}
{{- $tls := dict "certificateFile" "/etc/loadline/tls/tls.crt" "keyFile" "/etc/loadline/tls/tls.key" -}}
{{- if .Values.tls.mutual -}}
{{- $_ := set $tls "clientCaFile" "/etc/loadline/tls/ca.crt" -}}
{{- /* The authority of an existing Secret may sign for nobody else; who else it signs for, only its owner knows. */ -}}
{{- if ne .Values.tls.mode "existingSecret" }}{{ $_ := set $tls "allowedClientNames" (list .Values.tls.clientName) }}{{ end -}}
{{- end -}}
{{- $_ := set $mounted "grpc" (dict "tls" $tls) -}}
{{- end -}}

{{- $http := dict -}}
{{- if .Values.http.tls.enabled -}}
{{- $_ := set $http "tls" (dict "certificateFile" "/etc/loadline/http-tls/tls.crt" "keyFile" "/etc/loadline/http-tls/tls.key") -}}
{{- end -}}
{{- if .Values.http.tokens.secret }}{{ $_ := set $http "tokensFile" "/etc/loadline/tokens/tokens" }}{{ end -}}
{{- $_ := set $mounted "http" $http -}}

{{- $journal := .Values.journal -}}
{{- if eq $journal.type "memory" -}}
{{- $_ := set $mounted "journal" (dict "url" "memory:") -}}
{{- else if eq $journal.type "postgresql" -}}
{{- $server := $journal.postgresql -}}
{{- $host := required "journal.postgresql.host: where is the PostgreSQL that keeps the journal?" $server.host -}}
{{- $parameters := compact (list $server.parameters) -}}
{{- if or $server.ca.secret $server.ca.configMap }}{{ $parameters = append $parameters "sslrootcert=/etc/loadline/journal/ca.crt" }}{{ end -}}
{{- $url := printf "postgresql://%s@%s:%d/%s" $server.user $host (int $server.port) $server.database -}}
{{- with $parameters }}{{ $url = printf "%s?%s" $url (join "&" .) }}{{ end -}}
{{- $options := dict "url" $url -}}
{{- if $server.password.secret }}{{ $_ := set $options "passwordFile" "/etc/loadline/journal/password" }}{{ end -}}
{{- $_ := set $mounted "journal" $options -}}
{{- end -}}

{{- $config := merge (deepCopy .Values.config) $mounted -}}
{{- if not $config.sources }}{{ fail "sources: set sources.default.url to your Prometheus, as http://prometheus.monitoring.svc:9090" }}{{ end -}}
{{- range $name, $source := $config.sources -}}
{{- if not $source.url }}{{ fail (printf "sources.%s.url: where is it? As http://prometheus.monitoring.svc:9090" $name) }}{{ end -}}
{{- end -}}
{{- range $name, $webhook := $config.webhooks -}}
{{- if not (or $webhook.url $webhook.urlFile) }}{{ fail (printf "webhooks.%s.url: where are messages sent to? Or urlFrom, a Secret" $name) }}{{ end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}
