{{/* A ClusterRole, and a Role in a namespace that others use, too, are told apart by the namespace of the release. */}}
{{- define "loadline.rbac.name" -}}
name: {{ printf "%s-%s" (index . 0).Release.Namespace (include "loadline.fullname" (index . 0)) }}
{{- with index . 1 }}
namespace: {{ . }}
{{- end }}
{{- end }}

{{/* The least that does it. No Secrets, nothing of pods, and nothing is written but Events: (list ROOT KUBERNETES-OPTIONS). */}}
{{- define "loadline.rbac.rules" -}}
{{- $options := index . 1 -}}
# Triggers, before KEDA's first call for them; and what is set up wrongly in them.
- { apiGroups: [keda.sh], resources: [scaledobjects, scaledjobs], verbs: [list, watch] }
# The HPAs that KEDA makes, and others of the same workload: what they did, their bounds, targets, conditions.
- { apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list, watch] }
{{- if ne "" (dig "policyLabel" "loadline.dev/policies=true" $options) }}
# Policies. RBAC knows no labels: only labelled ones are asked for, but all could be read.
- { apiGroups: [""], resources: [configmaps], verbs: [list, watch] }
{{- end }}
# KEDA's warnings of a scaler that failed; and what another pod has told already.
- { apiGroups: [""], resources: [events], verbs: [list, watch] }
{{- if or (dig "events" true $options) (dig "decisionEvents" true $options) }}
# Findings, and changes of what is wanted, as Events of the object. One pod writes each.
- { apiGroups: [""], resources: [events], verbs: [create] }
{{- end }}
# How many replicas are ready. The subresource does not show the pod template, and what is in its environment.
- { apiGroups: [apps], resources: [deployments/status, statefulsets/status], verbs: [get] }
{{- with (index . 0).Values.rbac.rules }}
# values: rbac.rules
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Whether operators set overrides over the API that a ConfigMap keeps: not empty. */}}
{{- define "loadline.overrides" -}}
{{- $config := include "loadline.config" . | fromYaml -}}
{{- $kubernetes := default dict $config.kubernetes -}}
{{- if and $kubernetes.enabled (dig "http" "tokensFile" "" $config) (ne "" (dig "policyLabel" "loadline.dev/policies=true" $kubernetes))
      (not (dig "overrides" "path" "" $config)) -}}
kept
{{- end -}}
{{- end }}
