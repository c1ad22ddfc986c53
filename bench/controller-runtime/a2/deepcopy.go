package a2

import "k8s.io/apimachinery/pkg/runtime"

// DeepCopyObject copies all, as controller-gen's code does. controller-runtime compares the copy with the defaulted object:
// with a shallow one it sees no difference and answers no patch.
func (c *PrismCluster) DeepCopyObject() runtime.Object {
	o := *c
	o.ObjectMeta = *c.ObjectMeta.DeepCopy()
	o.Spec = *c.Spec.deepCopy()
	if c.Status != nil {
		o.Status = c.Status.DeepCopy()
	}
	return &o
}

func (s *Spec) deepCopy() *Spec {
	o := *s
	o.Admin.Storage = copied(s.Admin.Storage)
	o.Admin.Resources = *s.Admin.Resources.DeepCopy()
	o.Proxy.Resources = *s.Proxy.Resources.DeepCopy()
	if a := copied(s.Proxy.Autoscaling); a != nil {
		a.MinReplicas, a.TargetCPU, a.TargetMemory = copied(a.MinReplicas), copied(a.TargetCPU), copied(a.TargetMemory)
		o.Proxy.Autoscaling = a
	}
	o.Patterns = patternsOf(s.Patterns)
	if s.Backends != nil {
		o.Backends = make(Backends, len(s.Backends))
		for name, b := range s.Backends {
			b.Storage = copied(b.Storage)
			o.Backends[name] = b
		}
	}
	if i := copied(s.Ingress); i != nil {
		i.Annotations = copiedMap(i.Annotations)
		o.Ingress = i
	}
	if b := copied(s.Observability); b != nil {
		b.Prometheus, b.Grafana, b.Loki = copied(b.Prometheus), copied(b.Grafana), copied(b.Loki)
		o.Observability = b
	}
	return &o
}

func patternsOf(patterns []Pattern) []Pattern {
	if patterns == nil {
		return nil
	}
	o := make([]Pattern, len(patterns))
	for i, p := range patterns {
		p.Storage = copied(p.Storage)
		p.Resources = *p.Resources.DeepCopy()
		if p.Backends != nil {
			refs := make([]BackendRef, len(p.Backends))
			for j, ref := range p.Backends {
				ref.Config = copiedMap(ref.Config)
				refs[j] = ref
			}
			p.Backends = refs
		}
		o[i] = p
	}
	return o
}

func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	o := *v
	return &o
}

func copiedMap(m map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	o := make(map[string]string, len(m))
	for k, v := range m {
		o[k] = v
	}
	return o
}
