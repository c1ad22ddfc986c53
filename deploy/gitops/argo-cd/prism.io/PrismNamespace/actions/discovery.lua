local annotations = obj.metadata.annotations or {}
local isPaused = annotations["prism.io/paused"] == "true"
return {
  ["pause"] = { disabled = isPaused, displayName = "Pause" },
  ["resume"] = { disabled = not isPaused, displayName = "Resume" },
  ["reconcile-now"] = { displayName = "Reconcile now" },
  ["rollout"] = { displayName = "Let adopted workloads roll out" },
}
