{{- /* Made from crds/ by `npm run generate:deploy`. Do not edit. */}}
{{- define "prism-operator.kinds" -}}
- plural: prismclusters
  hubVersion: v1alpha2
  isProtected: true
- plural: prismfederations
  hubVersion: v1alpha3
  isProtected: false
- plural: prismnamespaces
  hubVersion: v1alpha2
  isProtected: false
- plural: prismpatterns
  hubVersion: v1beta1
  isProtected: false
{{- end -}}
