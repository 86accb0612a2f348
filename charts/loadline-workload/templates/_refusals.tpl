{{/*
What the schema cannot see: values that do not go together, each refused with its reason. What Loadline would find in what is
rendered (docs/kubernetes.md, Findings) is refused here, as far as it can be told from values.
*/}}

{{/* Whether any of the triggers can wake it: CPU and memory say nothing of zero replicas. */}}
{{- define "workload.wakes" -}}
{{- range . }}{{ if not (has .type (list "cpu" "memory")) }}true{{ end }}{{ end -}}
{{- end }}

{{- define "workload.fallback.replicas" -}}
{{- if kindIs "invalid" .fallback.replicas }}{{ max 1 .min }}{{ else }}{{ int .fallback.replicas }}{{ end -}}
{{- end }}

{{/* 1h30m in milliseconds. */}}
{{- define "workload.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 "w" 604800000 "y" 31536000000 -}}
{{- $sum := 0 -}}
{{- range $part := regexFindAll "[0-9]+(ms|[smhdwy])" (toString .) -1 -}}
{{- $sum = add $sum (mul (regexFind "^[0-9]+" $part | int64) (index $units (regexFind "[a-z]+$" $part))) -}}
{{- end -}}
{{ $sum }}
{{- end }}

{{/* Of one workload: (list . WORKLOAD) */}}
{{- define "workload.refuse" -}}
{{- $root := index . 0 -}}{{- $workload := index . 1 -}}
{{- $at := printf "workloads.%s" $workload.key -}}
{{- $target := $workload.targetName -}}
{{- if or (gt (len $target) 253) (not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" $target)) }}{{ fail (printf "%s.target.name: is %q; want the name of a Kubernetes object" $at $target) }}{{ end -}}
{{- if gt $workload.min $workload.maxReplicaCount }}{{ fail (printf "%s.maxReplicaCount: is %v, and minReplicaCount %v" $at $workload.maxReplicaCount $workload.min) }}{{ end -}}
{{- if $root.Values.keda.enabled -}}
{{- $triggers := include "workload.triggers" $workload | fromJsonArray -}}
{{- include "workload.refuse.triggers" (list $at $workload $triggers) -}}
{{- include "workload.refuse.postgresql" (list $at $workload) -}}
{{- if $workload.isJob -}}
{{- include "workload.refuse.job" (list $at $workload $triggers) -}}
{{- else -}}
{{- include "workload.refuse.fallback" (list $at $workload) -}}
{{- end -}}
{{- if $workload.loadline.enabled }}{{ include "workload.refuse.loadline" (list $at $workload) }}{{ end -}}
{{- if include "workload.makesPolicy" (list $root $workload) -}}
{{- $policy := include "workload.policy" (list $root $workload) | fromYaml -}}
{{- include "workload.refuse.policy" (list $at $workload $policy.spec $triggers) -}}
{{- end -}}
{{- else -}}
{{- include "workload.refuse.hpa" (list $at $workload) -}}
{{- end -}}
{{- end }}

{{- define "workload.refuse.triggers" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}{{- $triggers := index . 2 -}}
{{- if not $triggers }}{{ fail (printf "%s.triggers: there are none, and loadline.enabled is false: nothing would scale it" $at) }}{{ end -}}
{{- if and $workload.toZero (not (include "workload.wakes" $triggers)) }}{{ fail (printf "%s.minReplicaCount: is 0, and CPU and memory wake nobody: at zero replicas they say nothing" $at) }}{{ end -}}
{{- end }}

{{- define "workload.refuse.postgresql" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}
{{- $names := list -}}
{{- range $index, $each := $workload.triggers.postgresql -}}
{{- $here := printf "%s.triggers.postgresql[%d]" $at $index -}}
{{- if eq (empty $each.slot) (empty $each.query) }}{{ fail (printf "%s: want slot or query, one of them" $here) }}{{ end -}}
{{- if eq (empty $each.password.existingSecret) (empty $each.password.value) }}{{ fail (printf "%s.password: want existingSecret or value, one of them" $here) }}{{ end -}}
{{- $name := default "postgres" $each.name -}}
{{- if has $name $names }}{{ fail (printf "%s.name: %s is another one's: give each its name" $here $name) }}{{ end -}}
{{- $names = append $names $name -}}
{{- end -}}
{{- end }}

{{- define "workload.refuse.job" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}{{- $triggers := index . 2 -}}
{{- if not $workload.job.jobTargetRef.template }}{{ fail (printf "%s.job.jobTargetRef.template: which pods is a Job made of?" $at) }}{{ end -}}
{{- if not (kindIs "invalid" $workload.idleReplicaCount) }}{{ fail (printf "%s.idleReplicaCount: a ScaledJob has none" $at) }}{{ end -}}
{{- range $triggers -}}
{{- if has .type (list "cpu" "memory") }}{{ fail (printf "%s.triggers.%s: a ScaledJob does not go by it" $at .type) }}{{ end -}}
{{- with .metricType }}{{ fail (printf "%s.triggers: metricType is %s, and KEDA makes no jobs of a ScaledJob with one: leave it out" $at .) }}{{ end -}}
{{- if eq .type "external-push" }}{{ fail (printf "%s: a ScaledJob does not go by external-push: KEDA never calls. Use external" $at) }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "workload.refuse.fallback" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}
{{- $fallback := $workload.fallback -}}
{{- $replicas := include "workload.fallback.replicas" $workload | int -}}
{{- if $fallback.enabled -}}
{{- if eq $replicas 0 }}{{ fail (printf "%s.fallback.replicas: is 0; want at least 1: with 0 an error scales to zero once the cooldown has passed" $at) }}{{ end -}}
{{- if gt $replicas (int $workload.maxReplicaCount) }}{{ fail (printf "%s.fallback.replicas: is %d, and maxReplicaCount %v" $at $replicas $workload.maxReplicaCount) }}{{ end -}}
{{- if has $fallback.behavior (list "static" "currentReplicasIfLower") }}{{ fail (printf "%s.fallback.behavior: %s lowers a count that is above %d just when nothing is known; want currentReplicasIfHigher or currentReplicas" $at $fallback.behavior $replicas) }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "workload.refuse.loadline" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}
{{- if and $workload.loadline.policy $workload.saysPolicy }}{{ fail (printf "%s.policy: loadline.policy names one that is there already; want one of the two" $at) }}{{ end -}}
{{- if and $workload.loadline.policy $workload.loadline.policyName }}{{ fail (printf "%s.loadline.policyName: is the name of the policy that the chart makes, and loadline.policy names one that is there already" $at) }}{{ end -}}
{{- if not (regexMatch "^[a-z0-9-]{1,63}$" $workload.policyName) }}{{ fail (printf "%s.loadline.policyName: the object's name, %s, is none for a policy; want 1 to 63 of a-z, 0-9 and -" $at $workload.policyName) }}{{ end -}}
{{- range $key, $_ := $workload.loadline.parameters -}}
{{- if has $key (list "scalerAddress" "policy" "enableTLS" "unsafeSsl" "caCert" "tlsClientCert" "tlsClientKey" "namespace" "name") }}{{ fail (printf "%s.loadline.parameters: %s is no parameter of a policy" $at $key) }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "workload.refuse.policy" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}{{- $policy := index . 2 -}}{{- $triggers := index . 3 -}}
{{- $mode := default "active" $policy.mode -}}
{{- $others := initial $triggers -}}
{{- if not $policy.signals }}{{ fail (printf "%s.policy.signals: what does the demand come from? Or name a policy that is there already: loadline.policy" $at) }}{{ end -}}

{{- if not (or $workload.isJob (has $workload.target.kind (list "Deployment" "StatefulSet")) $policy.replicas.observed) -}}
{{- fail (printf "%s.policy.replicas.observed: want a query for the replicas of %s %s: by default those of a Deployment are asked for" $at $workload.target.kind $workload.targetName) -}}
{{- end -}}

{{- if eq $mode "yield" -}}
{{- if not $others }}{{ fail (printf "%s.policy.mode: yield is for use beside other triggers, and there are none: it answers 0" $at) }}{{ end -}}
{{- if and $workload.toZero (not (include "workload.wakes" $others)) }}{{ fail (printf "%s.policy.mode: yield says inactive, and CPU and memory do not keep it from zero; want minReplicaCount of at least 1, or another trigger" $at) }}{{ end -}}
{{- end -}}

{{- $cap := "" -}}
{{- if hasKey (default dict $policy.cost) "maxPerHour" }}{{ $cap = "its cost.maxPerHour" }}{{ end -}}
{{- with $policy.budget }}{{ $cap = printf "its budget %s" . }}{{ end -}}
{{- range $policy.signals }}{{ if has .role (list "ceiling" "gate") }}{{ $cap = printf "its %s %s" .role .name }}{{ end }}{{ end -}}
{{- if and $cap $others (eq $mode "active") (not $workload.isJob) }}{{ fail (printf "%s.policy: caps by %s, and the HPA takes the highest of all triggers: put what the others ask for into the policy, as signals" $at $cap) }}{{ end -}}

{{- range $name, $parameter := $policy.parameters -}}
{{- if not (or (hasKey (default dict $parameter) "default") (hasKey $workload.loadline.parameters $name) (hasKey $workload.loadline.parameters (printf "%sFromEnv" $name))) }}{{ fail (printf "%s.loadline.parameters: %s is missing, and the policy has no default for it" $at $name) }}{{ end -}}
{{- end -}}
{{- range $name, $_ := $workload.loadline.parameters -}}
{{- if not (hasKey (default dict $policy.parameters) (trimSuffix "FromEnv" $name)) }}{{ fail (printf "%s.loadline.parameters: the policy has no parameter %s" $at (trimSuffix "FromEnv" $name)) }}{{ end -}}
{{- end -}}

{{- include "workload.refuse.bounds" (list $at $workload $policy) -}}
{{- if and (eq $workload.loadline.type "external") (or $workload.isJob $workload.toZero (not (kindIs "invalid" $workload.idleReplicaCount))) -}}
{{- include "workload.refuse.polling" (list $at $workload $policy) -}}
{{- end -}}
{{- end }}

{{- define "workload.refuse.bounds" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}{{- $policy := index . 2 -}}
{{- $most := $workload.maxReplicaCount -}}
{{- if gt (float64 $policy.replicas.min) (float64 $most) }}{{ fail (printf "%s.policy.replicas.min: is %v, and maxReplicaCount %v" $at $policy.replicas.min $most) }}{{ end -}}
{{- if gt (float64 $policy.replicas.max) (float64 $most) }}{{ fail (printf "%s.policy.replicas.max: is %v, and maxReplicaCount %v: have both say the same" $at $policy.replicas.max $most) }}{{ end -}}
{{- if lt (float64 $policy.replicas.max) (float64 $workload.min) }}{{ fail (printf "%s.policy.replicas.max: is %v, and minReplicaCount %v: have both say the same" $at $policy.replicas.max $workload.min) }}{{ end -}}
{{- range $signal := $policy.signals -}}
{{- $floors := list -}}
{{- if and (eq (default "" .role) "floor") (hasKey . "replicas") -}}
{{- if kindIs "float64" .replicas }}{{ $floors = append $floors .replicas }}{{ end -}}
{{- end -}}
{{- range (.schedule).windows -}}
{{- with .min }}{{ $floors = append $floors . }}{{ end -}}
{{- if eq (default "" $signal.role) "floor" }}{{ with .replicas }}{{ $floors = append $floors . }}{{ end }}{{ end -}}
{{- end -}}
{{- range $floors -}}
{{- if gt (float64 .) (float64 $most) }}{{ fail (printf "%s.policy: signal %s asks for at least %v, and maxReplicaCount is %v" $at $signal.name . $most) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* At zero replicas nothing happens between two polls. */}}
{{- define "workload.refuse.polling" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}{{- $policy := index . 2 -}}
{{- range $policy.signals -}}
{{- with (.backlog).drainWithin }}{{ include "workload.refuse.promise" (list $at $workload "drainWithin" .) }}{{ end -}}
{{- with .forecast -}}
{{- $ahead := default "5m" .ahead -}}
{{- if and (eq (default "" .mode) "active") (kindIs "string" $ahead) (ne $ahead "auto") }}{{ include "workload.refuse.promise" (list $at $workload "forecast.ahead" $ahead) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- with ($policy.objective).deadline }}{{ include "workload.refuse.promise" (list $at $workload "objective.deadline" .) }}{{ end -}}
{{- end }}

{{- define "workload.refuse.promise" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}{{- $of := index . 2 -}}{{- $within := index . 3 -}}
{{- $polling := mul 1000 (int $workload.pollingInterval) -}}
{{- if gt $polling (include "workload.milliseconds" $within | int64) }}{{ fail (printf "%s.pollingInterval: is %v s, longer than the policy's %s of %s: at zero replicas nothing happens between polls; poll more often%s" $at $workload.pollingInterval $of $within (ternary "" ", or use loadline.type: external-push" $workload.isJob)) }}{{ end -}}
{{- end }}

{{- define "workload.refuse.hpa" -}}
{{- $at := index . 0 -}}{{- $workload := index . 1 -}}
{{- if $workload.isJob }}{{ fail (printf "%s.kind: a ScaledJob needs KEDA, and keda.enabled is false" $at) }}{{ end -}}
{{- $hpa := $workload.hpa -}}
{{- if not (or $hpa.cpu.enabled $hpa.memory.enabled $hpa.external) }}{{ fail (printf "%s.hpa: keda.enabled is false, and the HPA has no metric" $at) }}{{ end -}}
{{- range $hpa.external -}}
{{- if eq (hasKey . "value") (hasKey . "averageValue") }}{{ fail (printf "%s.hpa.external: %s: want value or averageValue, one of them" $at .name) }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Of all together: two that are in each other's way. */}}
{{- define "workloads.refuse" -}}
{{- $targets := dict -}}{{- $objects := dict -}}{{- $policies := dict -}}
{{- range $key, $workload := include "workloads" . | fromJson -}}
{{- $at := printf "workloads.%s" $key -}}
{{- if not $workload.isJob -}}
{{- $target := printf "%s %s" $workload.target.kind $workload.targetName -}}
{{- with get $targets $target }}{{ fail (printf "%s.target: %s is scaled by %s already: two would undo each other's work" $at $target .) }}{{ end -}}
{{- $_ := set $targets $target $key -}}
{{- end -}}
{{- $object := printf "%s %s" $workload.kind $workload.objectName -}}
{{- with get $objects $object }}{{ fail (printf "%s.name: %s is %s's already" $at $object .) }}{{ end -}}
{{- $_ := set $objects $object $key -}}
{{- include "workload.refuse" (list $ $workload) -}}
{{- if include "workload.makesPolicy" (list $ $workload) -}}
{{- with get $policies $workload.policyName }}{{ fail (printf "%s.loadline.policyName: %s is %s's already" $at $workload.policyName .) }}{{ end -}}
{{- $_ := set $policies $workload.policyName $key -}}
{{- if hasKey $.Values.documents (printf "%s.yaml" $key) }}{{ fail (printf "documents: %s.yaml is where the policy of %s stands" $key $key) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}
