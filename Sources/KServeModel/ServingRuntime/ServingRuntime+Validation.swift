import Base
import KubeModel

extension ServingRuntime {
    /// The first fault of a new runtime (`old` is nil) or of a change; disabled runtimes may be anything.
    func firstFault(replacing old: ServingRuntime?, others: [ServingRuntime]) -> String? {
        if isDisabled { return nil }
        let worker = object.spec["workerSpec"]
        let fault = InferenceService.blockedVariableFault(in: containers + (worker["containers"].array ?? []))
        if let fault { return invalid(fault) }
        if let old, old.hasWorkers, !hasWorkers { return invalid("workerSpec cannot be removed") }
        if (worker["containers"].array ?? []).count > 1 {
            return invalid("setting multiple containers in workerSpec is not allowed")
        }
        return ownPriorityFault ?? others.lazy.filter { $0.name != name }.compactMap(priorityFault).first
    }

    private func invalid(_ what: String) -> String { "the \(object.kind) \"\(name)\" is invalid: \(what)" }

    /// One format, whatever its version, has one priority in a runtime.
    private var ownPriorityFault: String? {
        var priorities: [String: Int] = [:]
        for format in formats {
            guard let priority = format.priority else { continue }
            if let known = priorities[format.name], known != priority {
                return invalid(
                    "different priorities assigned for the model format \(format.name): \(known) and \(priority)"
                )
            }
            priorities[format.name] = priority
        }
        return nil
    }

    /// Two enabled runtimes of one scope that would select the same model must differ in priority.
    private func priorityFault(_ other: ServingRuntime) -> String? {
        let sharesProtocol =
            protocolVersions.isEmpty || other.protocolVersions.isEmpty
            || protocolVersions.contains(where: other.protocolVersions.contains)
        guard !other.isDisabled, sharesProtocol, isMultiModel == other.isMultiModel else { return nil }
        for format in formats where format.isAutoSelected && format.priority != nil {
            let clash = other.formats.first {
                $0.isAutoSelected && $0.name.lowercased() == format.name.lowercased() && $0.version == format.version
                    && $0.priority == format.priority
            }
            if clash == nil { continue }
            return "same priority assigned for the model format \(format.name) in \(name) and \(other.name): "
                + "\(format.priority ?? 0)"
        }
        return nil
    }
}
