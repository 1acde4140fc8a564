package import Base
package import KubeClient
package import KubeModel

/// The reconcilers that a real cluster's controller manager and scheduler would bring; embedded only.
///
/// They meet the rest of the world at the Kubernetes API alone, and know nothing of models, sockets or processes.
package struct Workloads: Sendable {
    /// Where the default StorageClass puts its volumes, and how their folders are taken away.
    package struct VolumeStore: Sendable {
        let folder: String
        let removeFolder: @Sendable (String) async throws -> Void

        /// - Parameters:
        ///   - folder: every claim without a class gets a folder of its own below this one.
        ///   - removeFolder: removes such a folder with all it holds, when its claim is gone.
        package init(folder: String, removeFolder: @escaping @Sendable (String) async throws -> Void) {
            self.folder = folder
            self.removeFolder = removeFolder
        }
    }

    private let api: any KubernetesAPI
    private let caches: Caches
    private let controllers: [Controller]
    private let time: any TimeSource

    /// - Parameters:
    ///   - kinds: the built-in kinds that the API serves; those of CustomResourceDefinitions are found by watching.
    ///   - certificateAuthority: in PEM form, for pods that talk to the API.
    package init(
        api: any KubernetesAPI,
        kinds: [ResourceType],
        certificateAuthority: String,
        volumes: VolumeStore,
        time: any TimeSource = SystemTime()
    ) {
        self.api = api
        self.time = time
        let caches = Caches(api, time: time)
        self.caches = caches
        let kinds = ServedKinds(builtIn: kinds, definitions: caches[.customResourceDefinitions])
        let provisioner = HostPathClass(folder: volumes.folder)
        controllers = [
            DeploymentController(api, caches, time: time).makeController(),
            ReplicaSetController(api, caches, time: time).makeController(),
            JobController(api, caches, time: time).makeController(),
            Scheduler(api, caches, time: time).makeController(),
            EndpointController(api, caches, time: time).makeController(),
            ClaimController(api, caches, provisioner: provisioner, time: time).makeController(),
            VolumeController(
                api,
                caches,
                provisioner: provisioner,
                removeFolder: volumes.removeFolder,
                time: time
            ).makeController(),
            NamespaceController(api, caches, kinds: kinds, certificateAuthority: certificateAuthority)
                .makeController(time: time),
            AutoscalerController(api, caches, kinds: kinds, time: time).makeController(),
            GarbageCollector(api, caches, kinds: kinds).makeController(time: time),
        ]
    }

    /// Reconciles until the task is cancelled. Nothing is decided before every cache has been filled once.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await caches.run() }
            await caches.synced()
            try Task.checkCancellation()
            for controller in controllers { group.addTask { try await controller.run() } }
            group.addTask { try await makeDefaultClass() }
            group.addTask { try await EventSweeper(api: api, time: time).run() }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }

    /// Makes the StorageClass that claims without one get; tried until there is one.
    private func makeDefaultClass() async throws {
        while true {
            do throws(APIStatus) {
                _ = try await api.create(.storageClasses, HostPathClass.makeStorageClass())
                return
            } catch {
                if error.reason == .alreadyExists { return }
                Log("workloads").debug("default StorageClass not made", ["why": error.message])
            }
            try await time.sleep(.milliseconds(500))
        }
    }
}
