import Base
import KubeModel

/// What of a pod may change once it is there.
enum PodUpdateValidation {
    /// The faults of a change. A node may be given to a pod that has none: that is how pods are bound here.
    static func faults(from old: JSON, to new: JSON) -> [FieldFault] {
        var faults = imageFaults(new)
        var allowed = new
        for list in ["containers", "initContainers"] { allowed.keepImages(of: old, list) }
        for member in ["terminationGracePeriodSeconds", "activeDeadlineSeconds", "tolerations", "schedulingGates"]
        where mayChange(member, from: old[member], to: new[member]) { allowed[member] = old[member] }
        if old.text("nodeName").isEmpty { allowed["nodeName"] = old["nodeName"] }
        let changed = Difference.paths(from: old, to: allowed, at: "spec")
        if !changed.isEmpty {
            faults.append(.forbidden("spec", "\(words)\nchanged: \(changed.joined(separator: ", "))"))
        }
        return faults
    }

    private static let words =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"

    private static func imageFaults(_ spec: JSON) -> [FieldFault] {
        ["containers", "initContainers"].flatMap { list in
            spec.elements(list).enumerated().filter { $0.element.text("image").isEmpty }.map {
                FieldFault.required("spec.\(list)[\($0.offset)].image")
            }
        }
    }

    private static func mayChange(_ member: String, from old: JSON, to new: JSON) -> Bool {
        switch member {
        case "tolerations": (old.array ?? []).allSatisfy { (new.array ?? []).contains($0) }
        case "schedulingGates": (new.array ?? []).allSatisfy { (old.array ?? []).contains($0) }
        case "activeDeadlineSeconds": new.int.map { $0 > 0 && $0 <= old.int ?? .max } ?? false
        default: old.int.map { $0 < 0 } == true && new.int == 1
        }
    }
}

extension JSON {
    /// Takes the images of a list of containers from another spec, where both have as many.
    fileprivate mutating func keepImages(of old: JSON, _ list: String) {
        let before = old.elements(list)
        guard before.count == elements(list).count else { return }
        var index = 0
        updateEach(list) { container in
            container["image"] = before[index]["image"]
            index += 1
        }
    }
}

/// Where two values differ.
enum Difference {
    /// The paths of the smallest parts that differ.
    static func paths(from old: JSON, to new: JSON, at path: String) -> [String] {
        if old == new { return [] }
        if let before = old.object, let after = new.object {
            return Set(before.keys).union(after.keys).sorted().flatMap { name in
                paths(from: old[name], to: new[name], at: "\(path).\(name)")
            }
        }
        if let before = old.array, let after = new.array, before.count == after.count {
            return before.indices.flatMap { paths(from: before[$0], to: after[$0], at: "\(path)[\($0)]") }
        }
        return [path]
    }
}
