{{/* Refuses what the schema cannot judge, or would refuse without saying what is right. Renders nothing. */}}
{{- define "prism-operator.validate" -}}
{{- include "prism-operator.refuseUnknown" (dict "path" "" "values" .Values "known" (include "prism-operator.knownValues" . | fromYaml)) -}}
{{- include "prism-operator.refuseMalformed" . -}}
{{- $ports := list (toString .Values.webhooks.port) (toString .Values.health.port) (toString .Values.metrics.port) -}}
{{- if ne (len ($ports | uniq)) 3 -}}
{{- fail (printf "webhooks.port, health.port and metrics.port must differ; they are %v, %v and %v" .Values.webhooks.port .Values.health.port .Values.metrics.port) -}}
{{- end -}}
{{- if and .Values.hostNetwork (eq (int .Values.webhooks.port) 10250) -}}
{{- fail "hostNetwork: the kubelet listens on port 10250 of every node; set webhooks.port to another one, such as 10260, and open it from the control plane" -}}
{{- end -}}
{{- if and .Values.podDisruptionBudget.enabled (gt (int .Values.replicas) 1) (not (contains "%" (toString .Values.podDisruptionBudget.minAvailable))) (ge (int .Values.podDisruptionBudget.minAvailable) (int .Values.replicas)) -}}
{{- fail (printf "podDisruptionBudget.minAvailable is %v of %v replicas, so that no node could ever be drained; it must be less than replicas" .Values.podDisruptionBudget.minAvailable .Values.replicas) -}}
{{- end -}}
{{- if and .Values.metrics.authentication.enabled (not .Values.metrics.tls.enabled) -}}
{{- fail "metrics.authentication needs metrics.tls.enabled: tokens are not sent in the clear" -}}
{{- end -}}
{{- if and .Values.metrics.authentication.enabled .Values.monitoring.podMonitor.enabled -}}
{{- fail "monitoring.podMonitor cannot send a token from a file; with metrics.authentication enable serviceMonitor in its place" -}}
{{- end -}}
{{- if and .Values.monitoring.serviceMonitor.enabled .Values.monitoring.podMonitor.enabled -}}
{{- fail "monitoring: every replica would be scraped twice; enable serviceMonitor or podMonitor, not both" -}}
{{- end -}}
{{- include "prism-operator.refuseCertificates" . -}}
{{- end -}}

{{/* What was said for one mode of certificates while another is set would be silently without effect. */}}
{{- define "prism-operator.refuseCertificates" -}}
{{- $certificates := .Values.certificates -}}
{{- $mode := $certificates.mode -}}
{{- if and (eq $mode "provided") (not $certificates.provided.secretName) -}}
{{- fail "certificates.provided.secretName: name the Secret with tls.crt and tls.key, or set certificates.mode to self" -}}
{{- end -}}
{{- if and (ne $mode "provided") (or $certificates.provided.secretName $certificates.provided.injectionAnnotations) -}}
{{- fail (printf "certificates.provided is read only when certificates.mode is provided; it is %s" $mode) -}}
{{- end -}}
{{- if and (ne $mode "certManager") $certificates.certManager.issuerRef.name -}}
{{- fail (printf "certificates.certManager.issuerRef is read only when certificates.mode is certManager; it is %s" $mode) -}}
{{- end -}}
{{- range $name, $value := $certificates.provided.injectionAnnotations -}}
{{- if not (contains "/" $name) -}}
{{- fail (printf "certificates.provided.injectionAnnotations: %s is no annotation of an injector, such as cert-manager.io/inject-ca-from-secret" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "prism-operator.refuseUnknown" -}}
{{- $hints := dict "replicaCount" "replicas" "installCRDs" "crds.install" "imagePullSecrets" "global.imagePullSecrets" "imageRegistry" "global.imageRegistry" "watchNamespace" "watchNamespaces" "args" "the value of that name" "env" "extraEnv" "enable" "enabled" "serviceMonitor" "monitoring.serviceMonitor" "prometheusRule" "monitoring.prometheusRule" "pdb" "podDisruptionBudget" "webhook" "webhooks" "certManager" "certificates.certManager" "cert-manager" "certificates.certManager" "certificate" "certificates" "leaderElection" "nothing: it is always on" -}}
{{- range $name, $value := .values -}}
{{- if not (hasKey $.known $name) -}}
{{- $hint := get $hints $name -}}
{{- fail (printf "%s%s is no value of this chart%s; there are: %s" $.path $name (ternary (printf ", write %s" $hint) "" (ne $hint "")) (keys $.known | sortAlpha | join ", ")) -}}
{{- end -}}
{{- $below := get $.known $name -}}
{{- if and $below (kindIs "map" $value) -}}
{{- include "prism-operator.refuseUnknown" (dict "path" (printf "%s%s." $.path $name) "values" $value "known" $below) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "prism-operator.refuseMalformed" -}}
{{- $registry := "^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$" -}}
{{- $name := "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" -}}
{{- $account := "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$" -}}
{{- $duration := "^([0-9]+(ms|s|m|h))+$" -}}
{{- $checks := list
  (list "global.imageRegistry" .Values.global.imageRegistry $registry "a registry such as registry.example.com:5000/mirror, without https:// and without a slash at the end")
  (list "image.registry" .Values.image.registry $registry "a registry such as ghcr.io, without https:// and without a slash at the end")
  (list "prism.imagesRegistry" .Values.prism.imagesRegistry $registry "a registry and path such as ghcr.io/prism, without https:// and without a slash at the end")
  (list "image.repository" .Values.image.repository "^[a-z0-9]+([._/-]+[a-z0-9]+)*$" "a path such as prism/prism-operator; the registry goes to image.registry, the version to image.tag")
  (list "image.tag" .Values.image.tag "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$" "a tag such as v0.1.0; a digest goes to image.digest")
  (list "image.digest" .Values.image.digest "^sha256:[0-9a-f]{64}$" "sha256: and 64 hexadecimal digits")
  (list "prism.version" .Values.prism.version "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$" "a tag such as v1.5.0")
  (list "nameOverride" .Values.nameOverride $name "lower-case letters, digits and hyphens, at most 63")
  (list "fullnameOverride" .Values.fullnameOverride $name "lower-case letters, digits and hyphens, at most 63")
  (list "clusterDomain" .Values.clusterDomain $account "a DNS domain such as cluster.local")
  (list "serviceAccount.name" .Values.serviceAccount.name $account "the name of a ServiceAccount")
  (list "priorityClassName" .Values.priorityClassName $account "the name of a PriorityClass")
  (list "certificates.certManager.issuerRef.name" .Values.certificates.certManager.issuerRef.name $account "the name of an issuer")
  (list "certificates.certManager.duration" .Values.certificates.certManager.duration $duration "a time such as 2160h")
  (list "certificates.certManager.renewBefore" .Values.certificates.certManager.renewBefore $duration "a time such as 720h")
  (list "certificates.provided.secretName" .Values.certificates.provided.secretName $account "the name of a Secret in the operator's namespace")
  (list "monitoring.serviceMonitor.interval" .Values.monitoring.serviceMonitor.interval $duration "a time such as 30s")
  (list "monitoring.podMonitor.interval" .Values.monitoring.podMonitor.interval $duration "a time such as 30s")
  (list "monitoring.prometheusRule.runbookUrl" .Values.monitoring.prometheusRule.runbookUrl "^https?://.*[^/]$" "an address such as https://runbooks.example.com/prism, without a slash at the end")
  (list "monitoring.dashboards.namespace" .Values.monitoring.dashboards.namespace $name "the name of a namespace")
-}}
{{- range $image, $digest := .Values.imageDigests -}}{{- $checks = append $checks (list (printf "imageDigests of %s" $image) (default "nothing" $digest) "^sha256:[0-9a-f]{64}$" "sha256: and 64 hexadecimal digits") -}}{{- end -}}
{{- range .Values.watchNamespaces -}}{{- $checks = append $checks (list "watchNamespaces" . $name "names of namespaces; leave the list empty for all of them") -}}{{- end -}}
{{- range .Values.global.imagePullSecrets -}}{{- $checks = append $checks (list "global.imagePullSecrets" (ternary . (get (ternary (dict) . (kindIs "string" .)) "name" | default "without a name") (kindIs "string" .)) $account "names of Secrets, or objects with a name") -}}{{- end -}}
{{- if kindIs "string" .Values.podDisruptionBudget.minAvailable -}}{{- $checks = append $checks (list "podDisruptionBudget.minAvailable" .Values.podDisruptionBudget.minAvailable "^[1-9]?[0-9]%$" "a number or a percentage such as 50%") -}}{{- end -}}
{{- range $checks -}}
{{- $value := index . 1 -}}
{{- if and (ne (toString $value) "") (not (regexMatch (index . 2) (toString $value))) -}}
{{- fail (printf "%s is %q; it must be %s" (index . 0) (toString $value) (index . 3)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
