{{/* Name of the chart, as a label. */}}
{{- define "prism-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of every namespaced object; room is left for suffixes. */}}
{{- define "prism-operator.fullname" -}}
{{- $name := include "prism-operator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "prism-operator.selector" -}}
app.kubernetes.io/name: {{ include "prism-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "prism-operator.labels" -}}
{{ include "prism-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: prism
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "prism-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "prism-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: name the ServiceAccount that is there, or set serviceAccount.create to true" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "prism-operator.webhookService" -}}
{{- include "prism-operator.fullname" . }}-webhook
{{- end -}}

{{- define "prism-operator.image" -}}
{{- $image := .Values.image -}}
{{- $registry := default $image.registry .Values.global.imageRegistry -}}
{{- $version := printf ":%s" (default (printf "v%s" .Chart.AppVersion) $image.tag) -}}
{{- if $image.digest -}}{{- $version = printf "@%s" $image.digest -}}{{- end -}}
{{- printf "%s/%s%s" $registry $image.repository $version -}}
{{- end -}}

{{/* Where Prism's own images come from: its path on the one registry, where one is set. */}}
{{- define "prism-operator.prismRegistry" -}}
{{- $own := .Values.prism.imagesRegistry -}}
{{- if .Values.global.imageRegistry -}}
{{- printf "%s/%s" .Values.global.imageRegistry (regexReplaceAll "^[^/]*/?" $own "") | trimSuffix "/" -}}
{{- else -}}
{{- $own -}}
{{- end -}}
{{- end -}}

{{- define "prism-operator.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ ternary . (get (ternary (dict) . (kindIs "string" .)) "name") (kindIs "string" .) }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Pod Security `restricted`, and more: a numeric user and a root file system that cannot be written. */}}
{{- define "prism-operator.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "prism-operator.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
{{- end -}}

{{/* Namespaces that are watched, without repetition, in order. */}}
{{- define "prism-operator.watched" -}}
{{- .Values.watchNamespaces | uniq | sortAlpha | join "," -}}
{{- end -}}

{{/* A probe with everything that the API server would fill in but the times. */}}
{{- define "prism-operator.probe" -}}
httpGet:
  path: {{ . }}
  port: health
  scheme: HTTP
successThreshold: 1
{{- end -}}

{{/* Of what holds a caBundle: by it somebody else than the operator injects. Empty when the operator does. */}}
{{- define "prism-operator.injectionAnnotations" -}}
{{- with .Values.certificates -}}
{{- if eq .mode "certManager" -}}
cert-manager.io/inject-ca-from: {{ $.Release.Namespace }}/{{ include "prism-operator.webhookService" $ }}
{{- else if and (eq .mode "provided") .provided.injectionAnnotations -}}
{{- toYaml .provided.injectionAnnotations -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the serving certificate, where the operator does not make its own. */}}
{{- define "prism-operator.certificateSecret" -}}
{{- if eq .Values.certificates.mode "certManager" -}}
{{- include "prism-operator.fullname" . }}-webhook-tls
{{- else -}}
{{- .Values.certificates.provided.secretName -}}
{{- end -}}
{{- end -}}
