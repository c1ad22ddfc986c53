{{- /* Made from values.schema.json by `npm run generate:deploy`. Do not edit. */}}
{{- define "prism-operator.knownValues" -}}
global: {}
enabled: {}
nameOverride: {}
fullnameOverride: {}
replicas: {}
image:
  registry: {}
  repository: {}
  tag: {}
  digest: {}
  pullPolicy: {}
crds:
  install: {}
  keep: {}
watchNamespaces: {}
prism:
  imagesRegistry: {}
  version: {}
clusterDomain: {}
reconciliation:
  maxConcurrent: {}
  maxConcurrentRollouts: {}
  resyncMinutes: {}
webhooks:
  install: {}
  port: {}
  timeoutSeconds: {}
  earlyRefusal: {}
  conversionBodyMib: {}
  deletionProtectionPolicy: {}
  ownedByNamespace: {}
certificates:
  mode: {}
  certManager:
    issuerRef:
      name: {}
      kind: {}
      group: {}
    duration: {}
    renewBefore: {}
  provided:
    secretName: {}
    injectionAnnotations: {}
storageMigration: {}
serviceAccount:
  create: {}
  name: {}
  annotations: {}
rbac:
  create: {}
  aggregate: {}
logLevel: {}
metrics:
  port: {}
  clusterLimit: {}
  tls:
    enabled: {}
    caSecret: {}
    caKey: {}
  authentication:
    enabled: {}
health:
  port: {}
resources:
  requests: {}
  limits: {}
  claims: {}
hostNetwork: {}
priorityClassName: {}
nodeSelector: {}
tolerations: {}
affinity: {}
podAnnotations: {}
podLabels: {}
extraEnv: {}
extraVolumes: {}
extraVolumeMounts: {}
podDisruptionBudget:
  enabled: {}
  minAvailable: {}
networkPolicy:
  enabled: {}
  metricsFrom: {}
monitoring:
  serviceMonitor:
    enabled: {}
    interval: {}
    labels: {}
  podMonitor:
    enabled: {}
    interval: {}
    labels: {}
  prometheusRule:
    enabled: {}
    labels: {}
    runbookUrl: {}
  dashboards:
    enabled: {}
    namespace: {}
    labels: {}
    folder: {}
startupCheck:
  enabled: {}
  timeoutSeconds: {}
uninstallHook:
  enabled: {}
imageDigests: {}
{{- end -}}
