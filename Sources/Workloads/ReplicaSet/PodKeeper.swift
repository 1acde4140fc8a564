import Base
import KubeClient
import KubeModel
import Synchronization

/// Creates and deletes the pods of one controller, and remembers what the cache has yet to show of that.
final class PodKeeper: Sendable {
    private let api: any KubernetesAPI
    private let events: EventRecorder
    private let time: any TimeSource
    private let expectations = Mutex(Expectations())

    /// - Parameter kind: the kind of the owners; what `pods` shows of theirs settles what is expected.
    init(
        _ api: any KubernetesAPI,
        pods: Informer,
        ownersOf kind: String,
        events: EventRecorder,
        time: any TimeSource
    ) {
        self.api = api
        self.events = events
        self.time = time
        pods.onChange { [weak self] before, after in
            guard let pod = after ?? before, let owner = pod.controller, owner.kind == kind else { return }
            let key = ObjectKey(namespace: pod.namespace, name: owner.name)
            self?.expectations.withLock { $0.observe(pod, isGone: after == nil, of: key) }
        }
    }

    /// How long to wait before the cache may be believed for this owner; nil when it may be believed now.
    func wait(for owner: ObjectKey) -> Duration? {
        expectations.withLock { $0.wait(for: owner, at: time.monotonic()) }
    }

    /// Nothing is expected any more for an owner that is gone.
    func forget(_ owner: ObjectKey) { expectations.withLock { $0.forget(owner) } }

    /// Creates pods one after the other; the first failure ends it, is told as an event, and thrown.
    func create(_ count: Int, of owner: KubeObject) async throws(APIStatus) {
        for _ in 0..<count {
            let name = PodTemplate.namePrefix(of: owner) + RandomName.suffix()
            expectations.withLock { $0.expectCreation(of: name, for: owner.key, at: time.monotonic()) }
            do throws(APIStatus) {
                _ = try await api.create(.pods, PodTemplate.makePod(of: owner, name: name))
            } catch {
                expectations.withLock { $0.settleCreation(of: name, for: owner.key) }
                if !error.isOfTerminatingNamespace {
                    await events.warning(owner, "FailedCreate", "Error creating: \(error.message)")
                }
                throw error
            }
            await events.normal(owner, "SuccessfulCreate", "Created pod: \(name)")
        }
    }

    /// Deletes pods; one that is gone already is no failure.
    func delete(_ pods: [Pod], of owner: KubeObject) async throws(APIStatus) {
        for pod in pods {
            expectations.withLock { $0.expectDeletion(of: pod.name, for: owner.key, at: time.monotonic()) }
            do throws(APIStatus) {
                try await api.delete(.pods, pod.object.key, DeleteOptions(uid: pod.object.uid))
            } catch {
                expectations.withLock { $0.settleDeletion(of: pod.name, for: owner.key) }
                if error.reason == .notFound || error.reason == .conflict { continue }
                await events.warning(owner, "FailedDelete", "Error deleting: \(error.message)")
                throw error
            }
            await events.normal(owner, "SuccessfulDelete", "Deleted pod: \(pod.name)")
        }
    }
}

extension APIStatus {
    /// Whether the write was refused because its namespace is going.
    var isOfTerminatingNamespace: Bool {
        reason == .forbidden
            && (details["causes"].array ?? []).contains { $0["reason"].string == "NamespaceTerminating" }
    }
}
