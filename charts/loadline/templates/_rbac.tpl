{{/* A ClusterRole, and a Role in a namespace that others use, too, are told apart by the namespace of the release. */}}
{{- define "loadline.rbac.name" -}}
name: {{ printf "%s-%s" (index . 0).Release.Namespace (include "loadline.fullname" (index . 0)) }}
{{- with index . 1 }}
namespace: {{ . }}
{{- end }}
{{- end }}

{{/* The least that does it. No Secrets, nothing of pods, and nothing is written but Events. */}}
{{- define "loadline.rbac.rules" -}}
# Triggers, before KEDA's first call for them; and what is set up wrongly in them.
- { apiGroups: [keda.sh], resources: [scaledobjects, scaledjobs], verbs: [list, watch] }
# The HPAs that KEDA makes, and others of the same workload: their bounds, targets, conditions.
- { apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list, watch] }
{{- if ne "" (dig "policyLabel" "loadline.dev/policies=true" .) }}
# Policies. RBAC knows no labels: only labelled ones are asked for, but all could be read.
- { apiGroups: [""], resources: [configmaps], verbs: [list, watch] }
{{- end }}
{{- if ne false (dig "events" true .) }}
# Findings are written as Events of the object, by one pod: the others see them there. KEDA's own say why a scaler failed.
- { apiGroups: [""], resources: [events], verbs: [list, watch, create] }
{{- end }}
{{- end }}
