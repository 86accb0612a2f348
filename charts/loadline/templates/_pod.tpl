{{/* One pod, of a Deployment or a StatefulSet. */}}
{{- define "loadline.pod" -}}
{{- $config := include "loadline.config" . | fromYaml -}}
{{- $kubernetes := default dict $config.kubernetes -}}
{{- $rollout := .Values.rollout -}}
{{- if le (int $rollout.terminationGracePeriodSeconds) (add (int $rollout.preStopSeconds) 5) -}}
{{- fail (printf "rollout.terminationGracePeriodSeconds: is %d; want more than preStopSeconds (%d) and the 5 s that serve takes to stop" (int $rollout.terminationGracePeriodSeconds) (int $rollout.preStopSeconds)) -}}
{{- end -}}
metadata:
  labels:
    {{- include "loadline.selector" . | nindent 4 }}
    app.kubernetes.io/part-of: loadline
    {{- with .Values.pod.labels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    # Options are read at the start only. Policies, certificates, tokens and passwords are taken up as they change.
    checksum/config: {{ include "loadline.config" . | sha256sum }}
    {{- with .Values.pod.annotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  serviceAccountName: {{ include "loadline.serviceAccount" . }}
  # No token where nothing is asked of the API server.
  automountServiceAccountToken: {{ default false $kubernetes.enabled }}
  # Their variables (LOADLINE_PORT, ...) begin as those of options do, and an option that there is not is an error.
  enableServiceLinks: false
  {{- with concat .Values.imagePullSecrets (default list (.Values.global).imagePullSecrets) }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.pod.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ $rollout.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    {{- with .Values.pod.user }}
    runAsUser: {{ . }}
    runAsGroup: {{ . }}
    fsGroup: {{ . }}
    {{- end }}
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: {{ $.Values.pod.spread }}
      labelSelector:
        matchLabels: {{- include "loadline.selector" $ | nindent 10 }}
      # Of one version among themselves: else the pods that go would push the new ones together.
      matchLabelKeys: [{{ ternary "controller-revision-hash" "pod-template-hash" (eq $.Values.data.volume "persistentVolumeClaim") }}]
    {{- end }}
  {{- with .Values.pod.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.pod.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.pod.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: loadline
      image: {{ include "loadline.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve, --config, /etc/loadline/config/loadline.yaml]
      {{- with .Values.pod.env }}
      env: {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - { name: grpc, containerPort: {{ include "loadline.port" $config.grpc.listen }} }
        - { name: http, containerPort: {{ include "loadline.port" $config.http.listen }} }
      {{- $scheme := ternary "HTTPS" "HTTP" (not (empty (dig "tls" "certificateFile" "" $config.http))) }}
      # It listens within a second; a minute is for a slow disk, and for 10 s without the API server.
      startupProbe:
        httpGet: { path: /healthz, port: http, scheme: {{ $scheme }} }
        periodSeconds: 2
        failureThreshold: 30
      # gRPC serves and policies were read. A Prometheus that is down changes nothing here: it would take all pods away.
      readinessProbe:
        httpGet: { path: /readyz, port: http, scheme: {{ $scheme }} }
        periodSeconds: 5
        timeoutSeconds: 3
      # Patient: a restart mends a hung process only, and a busy node is none.
      livenessProbe:
        httpGet: { path: /healthz, port: http, scheme: {{ $scheme }} }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      lifecycle:
        # On SIGTERM serve takes no more calls at once. Until the Endpoints and DNS say that it goes, it must still answer.
        preStop: { sleep: { seconds: {{ $rollout.preStopSeconds }} } }
      resources: {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: config, mountPath: /etc/loadline/config, readOnly: true }
        # SQLite sorts in files where much is deleted.
        - { name: tmp, mountPath: /tmp }
        {{- with $config.dataDir }}
        - { name: data, mountPath: {{ . }} }
        {{- end }}
        {{- with include "loadline.mounts" . | trim }}{{ . | nindent 8 }}{{ end }}
        {{- with .Values.pod.volumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
  volumes:
    - name: config
      configMap: { name: {{ include "loadline.fullname" . }} }
    - name: tmp
      emptyDir: { sizeLimit: 256Mi }
    {{- if and $config.dataDir (eq .Values.data.volume "emptyDir") }}
    - name: data
      emptyDir: { sizeLimit: {{ .Values.data.size }} }
    {{- end }}
    {{- with include "loadline.volumes" . | trim }}{{ . | nindent 4 }}{{ end }}
    {{- with .Values.pod.volumes }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end }}
