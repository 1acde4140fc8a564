import Base
import KubeModel

/// The rules of one container.
enum ContainerValidation {
    /// The faults of a container; `volumes` are the names it may mount.
    static func faults(of container: JSON, at path: String, volumes: Set<String>, isInit: Bool) -> [FieldFault] {
        var faults = FieldChecks.named(.dns1123Label, "name", in: container, at: path)
        faults += imageFaults(container, at: path)
        let policies = ["Always", "IfNotPresent", "Never"]
        faults += FieldChecks.oneOf(policies, "imagePullPolicy", in: container, at: path)
        faults += portFaults(container, at: path)
        for (index, variable) in container.elements("env").enumerated() {
            faults += environmentFaults(variable, at: "\(path).env[\(index)]")
        }
        faults += mountFaults(container, at: path, volumes: volumes)
        if !isInit || PodStatusText.isSidecar(container) {
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                faults += ProbeValidation.faults(
                    of: container[probe],
                    at: "\(path).\(probe)",
                    isReadiness: probe == "readinessProbe"
                )
            }
        } else {
            for member in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]
            where !container[member].isNull {
                let words = "may not be set for init containers without restartPolicy=Always"
                faults.append(.forbidden("\(path).\(member)", words))
            }
        }
        return faults + ResourceListValidation.faults(of: container["resources"], at: "\(path).resources")
    }

    private static func imageFaults(_ container: JSON, at path: String) -> [FieldFault] {
        let image = container.text("image")
        if image.isEmpty { return [.required("\(path).image")] }
        guard image.first?.isWhitespace == true || image.last?.isWhitespace == true else { return [] }
        return [.invalid("\(path).image", .string(image), "must not have leading or trailing whitespace")]
    }

    private static func portFaults(_ container: JSON, at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        var names: Set<String> = []
        for (index, port) in container.elements("ports").enumerated() {
            let place = "\(path).ports[\(index)]"
            if let name = port["name"].string, !name.isEmpty {
                let broken = NameRule.portName.faults(name)
                faults += broken.map { .invalid("\(place).name", .string(name), $0) }
                if broken.isEmpty, !names.insert(name).inserted {
                    faults.append(.duplicate("\(place).name", .string(name)))
                }
            }
            if port["containerPort"].int ?? 0 == 0 {
                faults.append(.required("\(place).containerPort"))
            } else {
                faults += FieldChecks.port(port["containerPort"], at: "\(place).containerPort")
            }
            if let host = port["hostPort"].int, host != 0 {
                faults += FieldChecks.port(port["hostPort"], at: "\(place).hostPort")
            }
            faults += FieldChecks.oneOf(["SCTP", "TCP", "UDP"], "protocol", in: port, at: place)
        }
        return faults
    }

    private static func environmentFaults(_ variable: JSON, at path: String) -> [FieldFault] {
        var faults = FieldChecks.named(.environmentVariable, "name", in: variable, at: path)
        guard let sources = variable["valueFrom"].object else { return faults }
        let place = "\(path).valueFrom"
        if sources.isEmpty {
            let words =
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
            faults.append(.invalid(place, "", words))
        } else if !variable.text("value").isEmpty {
            faults.append(.invalid(place, "", "may not be specified when `value` is not empty"))
        } else if sources.count > 1 {
            faults.append(.invalid(place, "", "may not have more than one field specified at a time"))
        }
        for source in ["configMapKeyRef", "secretKeyRef"] where sources[source] != nil {
            faults += FieldChecks.required("name", in: variable["valueFrom"][source], at: "\(place).\(source)")
            faults += FieldChecks.required("key", in: variable["valueFrom"][source], at: "\(place).\(source)")
        }
        return faults
    }

    private static func mountFaults(_ container: JSON, at path: String, volumes: Set<String>) -> [FieldFault] {
        var faults: [FieldFault] = []
        var places: Set<String> = []
        for (index, mount) in container.elements("volumeMounts").enumerated() {
            let place = "\(path).volumeMounts[\(index)]"
            let name = mount.text("name")
            if name.isEmpty {
                faults.append(.required("\(place).name"))
            } else if !volumes.contains(name) {
                faults.append(FieldFault(.notFound, "\(place).name", "Not found: \(JSON.string(name).text)"))
            }
            let target = mount.text("mountPath")
            if target.isEmpty {
                faults.append(.required("\(place).mountPath"))
            } else if !places.insert(target).inserted {
                faults.append(.invalid("\(place).mountPath", .string(target), "must be unique"))
            }
            if mount.text("subPath").split(separator: "/").contains("..") {
                faults.append(.invalid("\(place).subPath", mount["subPath"], "must not contain '..'"))
            }
        }
        return faults
    }
}

/// The rules of a probe.
enum ProbeValidation {
    static func faults(of probe: JSON, at path: String, isReadiness: Bool) -> [FieldFault] {
        guard !probe.isNull else { return [] }
        let handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter { !probe[$0].isNull }
        var faults: [FieldFault] = []
        if handlers.isEmpty { faults.append(.required(path, "must specify a handler type")) }
        for extra in handlers.dropFirst() {
            faults.append(.forbidden("\(path).\(extra)", "may not specify more than 1 handler type"))
        }
        if let handler = handlers.first { faults += handlerFaults(handler, probe[handler], at: "\(path).\(handler)") }
        let numbers = [
            "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
        ]
        faults += FieldChecks.notNegative(numbers, in: probe, at: path)
        if !isReadiness, let threshold = probe["successThreshold"].int, threshold != 1 {
            faults.append(.invalid("\(path).successThreshold", probe["successThreshold"], "must be 1"))
        }
        return faults
    }

    private static func handlerFaults(_ kind: String, _ handler: JSON, at path: String) -> [FieldFault] {
        switch kind {
        case "exec": return handler.elements("command").isEmpty ? [.required("\(path).command")] : []
        case "grpc": return FieldChecks.port(handler["port"], at: "\(path).port")
        case "httpGet":
            return FieldChecks.required("path", in: handler, at: path)
                + FieldChecks.port(handler["port"], at: "\(path).port", allowsName: true)
                + FieldChecks.oneOf(["HTTP", "HTTPS"], "scheme", in: handler, at: path)
        default: return FieldChecks.port(handler["port"], at: "\(path).port", allowsName: true)
        }
    }
}

/// The rules of requests and limits.
enum ResourceListValidation {
    static func faults(of resources: JSON, at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        for list in ["limits", "requests"] {
            for (name, amount) in sorted(resources[list]) {
                let place = "\(path).\(list)[\(name)]"
                faults += nameFaults(name, at: "\(path).\(list)[\(name)]")
                if let quantity = Quantity(amount), quantity < Quantity.zero {
                    faults.append(.invalid(place, .string(quantity.description), Words.notNegative))
                }
            }
        }
        return faults
            + sorted(resources["requests"]).compactMap { name, requested in
                overdraft(name, requested, limit: resources["limits"][name], at: "\(path).requests")
            }
    }

    private static func sorted(_ list: JSON) -> [(key: String, value: JSON)] {
        (list.object ?? [:]).sorted { $0.key < $1.key }
    }

    /// Native resources may be requested below their limit; all others must request what they limit.
    private static func overdraft(_ name: String, _ requested: JSON, limit: JSON, at path: String) -> FieldFault? {
        guard let request = Quantity(requested) else { return nil }
        guard let limit = Quantity(limit) else {
            return isNative(name) ? nil : .required(path, "Limit must be set for non overcommitable resources")
        }
        if !isNative(name), request != limit {
            return .invalid(path, .string(request.description), "must be equal to \(name) limit of \(limit)")
        }
        guard request > limit else { return nil }
        return .invalid(path, .string(request.description), "must be less than or equal to \(name) limit of \(limit)")
    }

    private static func isNative(_ name: String) -> Bool {
        ["cpu", "memory", "ephemeral-storage"].contains(name)
    }

    private static func nameFaults(_ name: String, at path: String) -> [FieldFault] {
        let broken = NameRule.qualifiedName.faults(name)
        guard broken.isEmpty else { return broken.map { .invalid(path, .string(name), $0) } }
        guard !name.contains("/"), !isNative(name), !name.hasPrefix("hugepages-") else { return [] }
        return [.invalid(path, .string(name), "must be a standard resource for containers")]
    }
}
