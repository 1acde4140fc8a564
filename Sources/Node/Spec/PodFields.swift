import Base
package import KubeModel

/// The fields of a pod that its containers may ask for (the downward API).
package struct PodFields: Sendable {
    let pod: KubeObject
    let addresses: PodAddresses
    let nodeName: String

    package init(pod: KubeObject, addresses: PodAddresses, nodeName: String) {
        self.pod = pod
        self.addresses = addresses
        self.nodeName = nodeName
    }

    /// The value at a field path such as `metadata.labels['app']`; nil where there is no such field.
    func value(_ path: String) -> String? {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace ?? ""
        case "metadata.uid": return pod.uid
        case "metadata.labels": return PodFields.lines(pod.labels)
        case "metadata.annotations": return PodFields.lines(pod.annotations)
        case "spec.nodeName": return nodeName
        case "spec.serviceAccountName": return pod.spec["serviceAccountName"].string ?? "default"
        case "status.hostIP", "status.hostIPs": return addresses.host
        case "status.podIP", "status.podIPs": return addresses.pod ?? ""
        default:
            if let key = PodFields.key(path, of: "metadata.labels") { return pod.labels[key] ?? "" }
            if let key = PodFields.key(path, of: "metadata.annotations") { return pod.annotations[key] ?? "" }
            return nil
        }
    }

    /// A resource of a container, divided as asked and rounded up: `limits.cpu` of 500m is 1.
    func resource(_ reference: JSON, of container: ContainerSpec) -> String? {
        guard let words = reference["resource"].string?.split(separator: ".", maxSplits: 1), words.count == 2 else {
            return nil
        }
        let divisor = Quantity(reference["divisor"]).map(\.milliValue) ?? 1000
        guard let quantity = Quantity(container.resources[String(words[0])][String(words[1])]) else { return "0" }
        guard divisor > 0 else { return nil }
        let (quotient, remainder) = quantity.milliValue.quotientAndRemainder(dividingBy: divisor)
        return String(remainder > 0 ? quotient + 1 : quotient)
    }

    private static func key(_ path: String, of field: String) -> String? {
        guard path.hasPrefix(field + "['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(field.count + 2).dropLast(2))
    }

    /// One `key="value"` a line, as downward API volumes hold maps.
    private static func lines(_ map: [String: String]) -> String {
        map.sorted { $0.key < $1.key }.map { "\($0.key)=\(JSON.string($0.value).text)" }.joined(separator: "\n")
    }
}
