import Base
import KubeModel

/// What is wrong with `spec.traffic`.
struct TrafficCheck {
    /// Whether the entries belong to a Service, which has one configuration only.
    let isOfService: Bool

    func check(_ traffic: [JSON], _ faults: inout FaultList) {
        var tags: [String: Int] = [:]
        var sum = 0
        for (index, entry) in traffic.enumerated() {
            let path = "spec.traffic[\(index)]"
            check(entry, path, &faults)
            sum += min(max(entry["percent"].int ?? 0, -1000), 1000)
            guard let tag = entry["tag"].string, !tag.isEmpty else { continue }
            let wrong = NameRule.dns1035Label.faults(tag)
            if !wrong.isEmpty {
                faults.invalid("not a DNS 1035 label: [\(wrong.joined(separator: " "))]", at: "\(path).tag")
            }
            if let first = tags[tag] {
                faults.add("Multiple definitions for \"\(tag)\"", at: "\(path).tag", "spec.traffic[\(first)].tag")
            } else {
                tags[tag] = index
            }
        }
        if sum != 100 { faults.add("Traffic targets sum to \(sum), want 100", at: "spec.traffic") }
    }

    private func check(_ entry: JSON, _ path: String, _ faults: inout FaultList) {
        let revision = entry["revisionName"].string ?? ""
        let configuration = entry["configurationName"].string ?? ""
        if let isLatest = entry["latestRevision"].bool, isLatest != revision.isEmpty {
            let message = "may not set revisionName \"\(revision)\" when latestRevision is \(isLatest)"
            faults.add(message, at: "\(path).latestRevision")
        }
        if isOfService, !configuration.isEmpty {
            faults.disallowed("\(path).configurationName")
        } else if !revision.isEmpty, !configuration.isEmpty {
            faults.add("expected exactly one, got both", at: "\(path).revisionName", "\(path).configurationName")
        } else if !revision.isEmpty {
            name(revision, "\(path).revisionName", &faults)
        } else if !configuration.isEmpty {
            name(configuration, "\(path).configurationName", &faults)
        } else if !isOfService {
            faults.add("expected exactly one, got neither", at: "\(path).revisionName", "\(path).configurationName")
        }
        if let percent = entry["percent"].int, !(0...100).contains(percent) {
            faults.outside(percent, 0...100, at: "\(path).percent")
        }
        if entry["url"].string?.isEmpty == false { faults.disallowed("\(path).url") }
    }

    private func name(_ name: String, _ path: String, _ faults: inout FaultList) {
        let wrong = NameRule.qualifiedName.faults(name)
        if !wrong.isEmpty {
            faults.add("invalid key name \"\(name)\"", at: path, details: wrong.joined(separator: ", "))
        }
    }
}
