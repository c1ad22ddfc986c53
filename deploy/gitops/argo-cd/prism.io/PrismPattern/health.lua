-- Argo CD health of a PrismPattern (argocd-cm: resource.customizations.health.prism.io_PrismPattern).
-- Conditions decide; a status that speaks of an older spec is no answer yet.
local health = { status = "Progressing", message = "Waiting for the operator" }

local function condition(name)
  if obj.status == nil or obj.status.conditions == nil then
    return nil
  end
  for _, one in ipairs(obj.status.conditions) do
    if one.type == name then
      return one
    end
  end
  return nil
end

local function is(name, status)
  local found = condition(name)
  return found ~= nil and found.status == status
end

local function told(name)
  local found = condition(name)
  if found == nil or found.message == nil or found.message == "" then
    return obj.status.readyPods or ""
  end
  return found.message
end

if obj.metadata.deletionTimestamp ~= nil then
  health.message = "Deleting"
  return health
end
if is("Paused", "True") then
  health.status = "Suspended"
  health.message = told("Paused")
  return health
end
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end
if is("Stalled", "True") then
  health.status = "Degraded"
  health.message = told("Stalled")
elseif is("Ready", "True") then
  health.status = "Healthy"
  health.message = told("Ready")
elseif is("Reconciling", "True") then
  health.message = told("Reconciling")
elseif is("Ready", "False") then
  health.status = "Degraded"
  health.message = told("Ready")
end
return health
