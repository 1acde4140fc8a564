import Base
import KubeClient
import KubeModel
import Synchronization

/// Writes what becomes of one pod into the API, in order: status, then events, then the end of the object.
///
/// Statuses that are overtaken before they are written are left out; a server that is away is asked again.
final class PodScribe: Sendable {
    private let object: KubeObject
    private let services: NodeServices
    private let state: Mutex<State>
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let log = Log("node")

    private struct State {
        var written: JSON
        var wanted: JSON?
        var tales: [PodLife.Tale] = []
        var forgets = false
        var isHurried = false
        /// Whether what there is to write can wait for more.
        var rests = false
    }

    /// Bounds of what waits to be written.
    private enum Limits {
        /// Events kept while the API is away; later ones are dropped.
        static let tales = 256
        /// Tries to write a status before it waits for the next change.
        static let tries = 12
    }

    /// - Parameter written: the status as the API has it.
    init(_ object: KubeObject, written: JSON, services: NodeServices) {
        self.object = object
        self.services = services
        state = Mutex(State(written: written))
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// - Parameter rests: whether it may wait for the next status, and what is told until then with it.
    func write(status: JSON, rests: Bool) {
        let isDue = state.withLock { state in
            let rested = state.rests
            state.rests = rests
            if status != state.wanted ?? state.written { state.wanted = status } else if !rested { return false }
            return !rests
        }
        if isDue { wake.yield() }
    }

    func tell(_ tale: PodLife.Tale) {
        let isDue = state.withLock { state in
            if state.tales.count < Limits.tales { state.tales.append(tale) }
            return !state.rests
        }
        if isDue { wake.yield() }
    }

    /// Takes the object out of the API, once everything before is written.
    func forget() {
        state.withLock { $0.forgets = true }
        wake.yield()
    }

    /// From now on a server that is away is not waited for: the node stops.
    func hurry() { state.withLock { $0.isHurried = true } }

    /// Lets `run` end when everything is written.
    func finish() { wake.finish() }

    func run() async {
        for await _ in wakes { await writeAll() }
        await writeAll()
    }

    private func writeAll() async {
        await writeWanted()
        while let tale = state.withLock({ $0.tales.isEmpty ? nil : $0.tales.removeFirst() }) {
            await record(tale)
            // A status is more urgent than the events before it.
            await writeWanted()
        }
        if state.withLock({ $0.forgets }) { await delete() }
    }

    private func writeWanted() async {
        while let status = state.withLock({ state in
            defer { state.wanted = nil }
            return state.wanted
        }) {
            await write(status)
        }
    }

    private func write(_ status: JSON) async {
        // The uid keeps the status away from a pod that has taken the name since.
        let patch: JSON = ["metadata": ["uid": .string(object.uid)], "status": status]
        await persist("status") { api, key throws(APIStatus) in
            _ = try await api.patch(.pods, key, .merge(patch), subresource: "status")
        }
        state.withLock { $0.written = status }
    }

    private func delete() async {
        let options = DeleteOptions(gracePeriodSeconds: 0, uid: object.uid)
        await persist("deletion") { api, key throws(APIStatus) in try await api.delete(.pods, key, options) }
    }

    /// Tries until the server has taken it, or says that the pod is no more.
    private func persist(
        _ what: String,
        _ call: (any KubernetesAPI, ObjectKey) async throws(APIStatus) -> Void
    ) async {
        var delay = RetryDelay(first: NodeLimits.apiRetryFirst, max: NodeLimits.apiRetryMax)
        for _ in 0..<Limits.tries {
            do {
                return try await call(services.api, object.key)
            } catch {
                if [.notFound, .conflict, .invalid].contains(error.reason) {
                    log.debug("pod not written", ["pod": object.key.description, "what": what, "why": error.message])
                    return
                }
                log.warning("pod not written yet", ["pod": object.key.description, "what": what, "why": error.message])
            }
            // A node that stops writes what it can at once.
            guard !state.withLock({ $0.isHurried }), (try? await services.time.sleep(delay.delay())) != nil else {
                return
            }
        }
    }

    private func record(_ tale: PodLife.Tale) async {
        let path = tale.container.map { index in
            let initial = object.spec["initContainers"].array ?? []
            let main = object.spec["containers"].array ?? []
            let isInitial = index < initial.count
            let name = (isInitial ? initial[index] : (main.dropFirst(index - initial.count).first ?? .null))["name"]
            return "spec.\(isInitial ? "initContainers" : "containers"){\(name.string ?? "")}"
        }
        if tale.isWarning {
            await services.recorder.warning(object, tale.reason, tale.message, fieldPath: path)
        } else {
            await services.recorder.normal(object, tale.reason, tale.message, fieldPath: path)
        }
    }
}
