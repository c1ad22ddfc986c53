{{/* Rights in the namespaces that are watched. test/flow/helm-rights.test.ts holds each verb against the audit log. */}}
{{- define "prism-operator.rules" -}}
{{- $children := list "create" "delete" "get" "list" "patch" "watch" -}}
- apiGroups: [prism.io]
  resources:
    {{- range include "prism-operator.kinds" . | fromYamlArray }}
    - {{ .plural }}
    {{- end }}
  verbs: [list, patch, watch]
- apiGroups: [prism.io]
  resources:
    {{- range include "prism-operator.kinds" . | fromYamlArray }}
    - {{ .plural }}/status
    {{- end }}
  verbs: [patch]
- apiGroups: [""]
  resources: [configmaps, resourcequotas, secrets, serviceaccounts, services]
  verbs: {{ toJson $children }}
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: {{ toJson $children }}
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: {{ toJson $children }}
- apiGroups: [networking.k8s.io]
  resources: [ingresses, networkpolicies]
  verbs: {{ toJson $children }}
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: {{ toJson $children }}
# For the collector of logs, which may read pods and their logs in its own namespace. Nobody can give what he does not have.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings, roles]
  verbs: {{ toJson $children }}
- apiGroups: [""]
  resources: [pods]
  verbs: [delete, get, list, patch, watch]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [delete, list, patch, watch]
- apiGroups: [monitoring.coreos.com]
  resources: [servicemonitors]
  verbs: {{ toJson $children }}
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: {{ toJson $children }}
- apiGroups: [cert-manager.io]
  resources: [certificates]
  verbs: {{ toJson $children }}
# What a PrismFederation publishes. Its members are reached with credentials of their own.
- apiGroups: [externaldns.k8s.io]
  resources: [dnsendpoints]
  verbs: [create, delete, list, patch, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [grpcroutes]
  verbs: [create, delete, list, patch, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, list]
{{- end -}}

{{/* Metadata of an RBAC object of ours: dict root, name, namespace (absent for cluster-wide ones). */}}
{{- define "prism-operator.rbacMetadata" -}}
name: {{ .name }}
{{- with .namespace }}
namespace: {{ . }}
{{- end }}
labels:
  {{- include "prism-operator.labels" .root | nindent 2 }}
{{- end -}}

{{- define "prism-operator.subjects" -}}
subjects:
  - kind: ServiceAccount
    name: {{ include "prism-operator.serviceAccountName" . }}
    namespace: {{ .Release.Namespace }}
{{- end -}}
