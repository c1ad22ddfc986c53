{{/* A pod that runs a program of the image once: dict root, account, program (list of arguments). */}}
{{- define "prism-operator.hookPod" -}}
restartPolicy: Never
serviceAccountName: {{ .account }}
automountServiceAccountToken: true
enableServiceLinks: false
{{- include "prism-operator.pullSecrets" .root }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "prism-operator.podSecurityContext" .root | nindent 2 }}
containers:
  - name: hook
    image: {{ include "prism-operator.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    command: [node]
    args:
      {{- range .program }}
      - {{ . }}
      {{- end }}
    resources:
      requests:
        cpu: 10m
        memory: 64Mi
      limits:
        memory: 192Mi
    securityContext:
      {{- include "prism-operator.securityContext" .root | nindent 6 }}
    terminationMessagePolicy: FallbackToLogsOnError
{{- end -}}

{{/* Annotations of a hook: dict hook, weight. */}}
{{- define "prism-operator.hook" -}}
helm.sh/hook: {{ .hook }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* Labels of hooks: never those that the operator's Services and Deployment select. */}}
{{- define "prism-operator.hookLabels" -}}
app.kubernetes.io/name: {{ include "prism-operator.name" . }}-hook
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: prism
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
