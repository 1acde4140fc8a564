import Base

/// How a pod's programs reach the API: the account's token, the API's authority and the namespace, as files. Upstream's
/// admission adds them to every pod that does not refuse them.
enum AccountVolume {
    /// Where clients of Kubernetes look for the files.
    static let path = "/var/run/secrets/kubernetes.io/serviceaccount"
    private static let prefix = "kube-api-access-"

    static func add(to spec: inout JSON) {
        guard spec["automountServiceAccountToken"].bool ?? true else { return }
        let lists = ["initContainers", "containers"]
        let needy = lists.flatMap { spec.elements($0) }.filter { !isMounted(in: $0) }
        guard !needy.isEmpty else { return }
        var volumes = spec.elements("volumes")
        let present = volumes.map { $0.text("name") }.first { $0.hasPrefix(prefix) }
        let name = present ?? prefix + RandomName.suffix()
        if present == nil {
            volumes.append(volume(name))
            spec["volumes"] = .array(volumes)
        }
        let mount: JSON = ["name": .string(name), "readOnly": true, "mountPath": .string(path)]
        for list in lists {
            spec.updateEach(list) { container in
                if !isMounted(in: container) {
                    container["volumeMounts"] = .array(container.elements("volumeMounts") + [mount])
                }
            }
        }
    }

    private static func isMounted(in container: JSON) -> Bool {
        container.elements("volumeMounts").contains { $0.text("mountPath") == path }
    }

    private static func volume(_ name: String) -> JSON {
        let namespace: JSON = [
            "path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"],
        ]
        return [
            "name": .string(name),
            "projected": [
                "defaultMode": 420,
                "sources": [
                    // Upstream's number: a token of this time is good for as long as the pod lives.
                    ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                    ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
                    ["downwardAPI": ["items": [namespace]]],
                ],
            ],
        ]
    }
}
