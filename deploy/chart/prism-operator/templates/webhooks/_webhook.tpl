{{/* One webhook but for its name and conditions: dict root, path, failurePolicy, operations. */}}
{{- define "prism-operator.webhook" -}}
{{- $operations := .operations -}}
admissionReviewVersions: [v1]
clientConfig:
  service:
    namespace: {{ .root.Release.Namespace }}
    name: {{ include "prism-operator.webhookService" .root }}
    path: {{ .path }}
    port: 443
failurePolicy: {{ .failurePolicy }}
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ .root.Values.webhooks.timeoutSeconds }}
objectSelector: {}
namespaceSelector:
  matchExpressions:
    # Break-glass: label a namespace and nothing in it is admitted by us.
    - key: prism.io/admission
      operator: NotIn
      values: [disabled]
rules:
  {{- range include "prism-operator.kinds" . | fromYamlArray }}
  - apiGroups: [prism.io]
    apiVersions: [{{ .hubVersion }}]
    resources: [{{ .plural }}]
    operations: {{ $operations | toJson }}
    scope: Namespaced
  {{- end }}
{{- end -}}
