{{/* What the dry run needs: an account that may create PrismClusters here. dict root, name, hook. */}}
{{- define "prism-operator.checkAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "prism-operator.hookLabels" .root | nindent 4 }}
  annotations:
    {{- include "prism-operator.hook" (dict "hook" .hook "weight" "-10") | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "prism-operator.hookLabels" .root | nindent 4 }}
  annotations:
    {{- include "prism-operator.hook" (dict "hook" .hook "weight" "-10") | nindent 4 }}
rules:
  - apiGroups: [prism.io]
    resources: [prismclusters]
    verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "prism-operator.hookLabels" .root | nindent 4 }}
  annotations:
    {{- include "prism-operator.hook" (dict "hook" .hook "weight" "-9") | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ .name }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}

{{- define "prism-operator.checkProgram" -}}
- tools/chart-hooks/check-admission.ts
- --namespace={{ .Release.Namespace }}
- --timeout-seconds={{ .Values.startupCheck.timeoutSeconds }}
{{- end -}}
