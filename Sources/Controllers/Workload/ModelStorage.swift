import Base
import KServeModel
import KubeModel

/// Brings models into a pod: as volumes where they are there already, by an init container where they must be fetched.
///
/// It works on the Deployment's template, not on pods as upstream's pod webhook does: one place decides, the template
/// shows what the pods get, and pods need no webhook to start. Local paths are folders of the machine that runs the
/// pod: right embedded, where all pods are on this machine; in a cluster they mean the node's own folder.
struct ModelStorage {
    /// A model and where the servers look for it.
    struct Source: Equatable {
        let uri: String
        let mountPath: String
    }

    let sources: [Source]
    let isReadOnly: Bool
    let initializer: PlatformConfiguration.StorageInitializer

    /// What a component and its service say of storage.
    init(_ component: Component, of service: InferenceService, _ configuration: PlatformConfiguration) {
        if component.storageURIs.isEmpty {
            sources = component.storageURI.map { [Source(uri: $0, mountPath: ModelPath.mount)] } ?? []
        } else {
            sources = component.storageURIs.map { entry in
                Source(uri: entry["uri"].string ?? "", mountPath: entry["mountPath"].string ?? ModelPath.mount)
            }
        }
        isReadOnly = service.object.annotations[AnnotationKey.readOnlyStorage] != "false"
        initializer = configuration.storageInitializer
    }

    /// Adds volumes, mounts and the init container to a pod.
    func mount(into pod: inout JSON) throws(PlanFault) {
        var fetched: [Source] = []
        for (index, source) in sources.enumerated() {
            if let fault = StorageURI.fault(of: source.uri) { throw PlanFault("InvalidStorageURI", fault) }
            let suffix = index == 0 ? "" : "-\(index)"
            switch StorageURI(source.uri) {
            case .local(let path): try mountFolder(path, source, suffix, &pod)
            case .claim(let name, let path):
                let volume = "kserve-pvc-source\(suffix)"
                pod.append(
                    to: "volumes",
                    ["name": .string(volume), "persistentVolumeClaim": ["claimName": .string(name)]]
                )
                mount(volume, at: source.mountPath, subPath: path, &pod)
            case .remote(let uri):
                if let path = initializer.mirrors.path(of: uri) {
                    try mountFolder(path, source, suffix, &pod)
                } else {
                    fetched.append(source)
                }
            case nil: fetched.append(source)
            }
        }
        if !fetched.isEmpty { fetch(fetched, &pod) }
    }

    private func mountFolder(_ path: String, _ source: Source, _ suffix: String, _ pod: inout JSON) throws(PlanFault) {
        // Somebody else brings the model to where servers look.
        if path == source.mountPath || path.hasPrefix(source.mountPath + "/") { return }
        guard path.hasPrefix("/") else {
            throw PlanFault("InvalidStorageURI", "storageUri \"\(source.uri)\" must be an absolute path")
        }
        let volume = "kserve-host-source\(suffix)"
        pod.append(to: "volumes", ["name": .string(volume), "hostPath": ["path": .string(path)]])
        mount(volume, at: source.mountPath + ModelStorage.fileName(at: path), subPath: "", &pod)
    }

    /// `/model.bst` where the path ends like a file's, since servers want a folder with the model in it; empty for folders.
    private static func fileName(at path: String) -> String {
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return "" }
        let ending = name[dot...].dropFirst()
        return (2...7).contains(ending.utf8.count) && ending.utf8.allSatisfy(\.isLowercaseLetter) ? "/\(name)" : ""
    }

    /// Mounts a volume into every container that reads models.
    private func mount(_ volume: String, at path: String, subPath: String, _ pod: inout JSON) {
        var mount: JSON = ["name": .string(volume), "mountPath": .string(path)]
        if !subPath.isEmpty { mount["subPath"] = .string(subPath) }
        if isReadOnly { mount["readOnly"] = true }
        let readers: Set<String> = [ContainerName.kserve, ContainerName.transformer]
        pod["containers"] = .array(
            (pod["containers"].array ?? []).map { container in
                guard readers.contains(container["name"].string ?? "") else { return container }
                var container = container
                container.append(to: "volumeMounts", mount)
                return container
            }
        )
    }

    private func fetch(_ sources: [Source], _ pod: inout JSON) {
        let volume = "kserve-provision-location"
        let mountPath = ModelStorage.commonFolder(sources.map(\.mountPath))
        pod.append(to: "volumes", ["name": .string(volume), "emptyDir": .emptyObject])
        mount(volume, at: mountPath, subPath: "", &pod)
        pod.append(
            to: "initContainers",
            [
                "name": .string(ContainerName.storageInitializer), "image": .string(initializer.image),
                "imagePullPolicy": "IfNotPresent", "args": JSON(sources.flatMap { [$0.uri, $0.mountPath] }),
                "resources": initializer.resources.json, "terminationMessagePolicy": "FallbackToLogsOnError",
                "volumeMounts": [["name": .string(volume), "mountPath": .string(mountPath)]],
            ]
        )
    }

    /// The deepest folder that holds all paths; validation has seen that it is not the root.
    private static func commonFolder(_ paths: [String]) -> String {
        var common = paths.first?.split(separator: "/") ?? []
        for path in paths.dropFirst() {
            let shared = zip(common, path.split(separator: "/")).prefix { $0 == $1 }.count
            common = Array(common.prefix(shared))
        }
        return "/" + common.joined(separator: "/")
    }
}

extension JSON {
    /// Adds an element to the list called `name`, making the list where there is none.
    mutating func append(to name: String, _ element: JSON) {
        self[name] = .array((self[name].array ?? []) + [element])
    }
}

extension UInt8 {
    fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
