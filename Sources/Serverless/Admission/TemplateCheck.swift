import Base
import KubeModel
import Scaling

/// What is wrong with a template of revisions, or with a revision.
struct TemplateCheck {
    let settings: ServerlessSettings

    /// A whole template; `parent` is the object that it is part of.
    func check(_ template: JSON, of parent: KubeObject, _ faults: inout FaultList) {
        check(spec: template["spec"], "spec.template.spec", &faults)
        let annotations = template["metadata"]["annotations"].stringMap
        check(annotations: annotations, "spec.template.metadata.annotations", &faults)
        guard let name = template["metadata"]["name"].string, !name.isEmpty else { return }
        let path = "spec.template.metadata.name"
        let wrong = NameRule.dns1035Label.faults(name)
        if !wrong.isEmpty {
            faults.invalid("not a DNS 1035 label: [\(wrong.joined(separator: " "))]", at: path)
        } else if !name.hasPrefix(parent.name + "-") {
            faults.invalid("\"\(name)\" must have prefix \"\(parent.name)-\"", at: path)
        }
    }

    /// Annotations that scale, and the deadline of a start.
    func check(annotations: [String: String], _ path: String, _ faults: inout FaultList) {
        for fault in RevisionScaling.faults(in: annotations, settings.autoscaler) {
            // A fault of two annotations together names both.
            for name in fault.where.split(separator: ",") {
                faults.add(fault.what, at: "\(path).\(name.drop { $0 == " " })")
            }
        }
        if let text = annotations[ServingAnnotation.progressDeadline], !text.isEmpty {
            DurationCheck.check(text, "progress-deadline", "\(path).\(ServingAnnotation.progressDeadline)", &faults)
        }
    }

    /// The specification of a revision.
    func check(spec: JSON, _ path: String, _ faults: inout FaultList) {
        let defaults = settings.defaults
        if let seconds = spec["timeoutSeconds"].int, !(0...defaults.timeoutSecondsMax).contains(seconds) {
            faults.outside(seconds, 0...defaults.timeoutSecondsMax, at: "\(path).timeoutSeconds")
        }
        let least = defaults.allowsUnlimitedConcurrency ? 0 : 1
        let bounds = least...max(least, defaults.containerConcurrencyMax)
        if let concurrency = spec["containerConcurrency"].int, !bounds.contains(concurrency) {
            faults.outside(concurrency, bounds, at: "\(path).containerConcurrency")
        }
        let containers = spec["containers"].array ?? []
        if containers.isEmpty { faults.missing("\(path).containers") }
        checkPorts(containers, path, &faults)
        for (index, container) in containers.enumerated() {
            check(container: container, "\(path).containers[\(index)]", &faults)
        }
    }

    /// One port takes the requests, whatever number of containers there is.
    private func checkPorts(_ containers: [JSON], _ path: String, _ faults: inout FaultList) {
        let count = containers.reduce(0) { $0 + ($1["ports"].array?.count ?? 0) }
        if containers.count > 1, count == 0 { faults.missing("\(path).containers.ports") }
        guard count > 1 else { return }
        faults.add(
            "more than one container port is set",
            at: "\(path).containers.ports",
            details: "Only a single port is allowed across all containers"
        )
    }

    private static let reservedNames: Set<String> = ["queue-proxy"]
    private static let reservedVariables: Set<String> = ["PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"]
    private static let portNames: Set<String> = ["", "h2c", "http1", "user-port"]

    private func check(container: JSON, _ path: String, _ faults: inout FaultList) {
        let name = container["name"].string ?? ""
        if TemplateCheck.reservedNames.contains(name) {
            faults.add("\"\(name)\" is a reserved container name", at: "\(path).name")
        }
        if container["image"].string ?? "" == "" { faults.missing("\(path).image") }
        for (index, variable) in (container["env"].array ?? []).enumerated() {
            let name = variable["name"].string ?? ""
            if name.isEmpty { faults.missing("\(path).env[\(index)].name") }
            if TemplateCheck.reservedVariables.contains(name) {
                faults.add("\"\(name)\" is a reserved environment variable", at: "\(path).env[\(index)].name")
            }
        }
        let port = container["ports"][0]
        guard !port.isNull else { return }
        let number = port["containerPort"].int ?? 0
        if !(0...65535).contains(number) { faults.outside(number, 0...65535, at: "\(path).ports.containerPort") }
        let spelt = port["name"].string ?? ""
        if !TemplateCheck.portNames.contains(spelt) {
            faults.add(
                "Port name \(spelt) is not allowed",
                at: "\(path).ports",
                details: "Name must be empty, or one of: 'h2c', 'http1'"
            )
        }
    }
}

/// What is wrong with an annotation that is a duration.
enum DurationCheck {
    /// - Parameter name: the annotation without its group, for messages.
    static func check(_ text: String, _ name: String, _ path: String, _ faults: inout FaultList) {
        guard let duration = try? Duration(kubernetes: text) else { return faults.invalid(text, at: path) }
        if !duration.nanoseconds.isMultiple(of: 1_000_000_000) {
            faults.add("\(name)=\(text) is not at second precision", at: path)
        } else if duration < .zero {
            faults.add("\(name)=\(text) must be positive", at: path)
        }
    }
}
