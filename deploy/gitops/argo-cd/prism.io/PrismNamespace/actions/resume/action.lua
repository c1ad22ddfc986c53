if obj.metadata.annotations ~= nil then
  obj.metadata.annotations["prism.io/paused"] = nil
end
return obj
