import Base
import KServeModel
import KubeClient
import KubeModel
import Net
import Statistics
import Synchronization

/// Looks at a monitor again and again: sees to it that the replicas watch, ends windows, decides, writes the status.
///
/// What it knows is in the object, in the learnt reference and in the replicas: a restart of either goes on where it was.
struct DriftController: Sendable {
    private let api: any KubernetesAPI
    private let caches: DriftCaches
    private let replicas: ReplicaClient
    private let references: ReferenceStore
    private let series: DriftSeries
    private let events: EventRecorder
    private let time: any TimeSource
    /// References made ready, which takes a while; kept for the next look.
    private let prepared = PreparedReferences()

    init(
        _ api: any KubernetesAPI,
        _ caches: DriftCaches,
        _ replicas: ReplicaClient,
        _ references: ReferenceStore,
        _ series: DriftSeries,
        time: any TimeSource
    ) {
        self.api = api
        self.caches = caches
        self.replicas = replicas
        self.references = references
        self.series = series
        self.time = time
        events = EventRecorder(api, component: "roost-drift", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("drift", time: time) { key in try await reconcile(key) }
        controller.watchSpecs(caches.monitors)  // else it is looked at in its own time
        controller.watch(caches.services) { [monitors = caches.monitors] object in
            monitors.list { DriftMonitor($0).service == object.key }.map(\.key)
        }
        try await controller.run()
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.monitors.get(key), !stored.isTerminating else {
            series.forget(key)
            prepared.forget(key)
            return .settled
        }
        let monitor = DriftMonitor(stored)
        var status = DriftStatus(monitor, now: time.wall())
        var isUrgent = false
        do throws(MonitorFault) {
            isUrgent = try await look(at: monitor, &status)
        } catch {
            status.refuse(error)
        }
        try await store(status, of: stored)
        return isUrgent ? .again(after: .milliseconds(1)) : .again(after: monitor.interval)
    }

    /// One look; whether to look again at once.
    private func look(at monitor: DriftMonitor, _ status: inout DriftStatus) async throws(MonitorFault) -> Bool {
        let addresses = try caches.replicas(of: monitor)
        let ready = try await prepare(monitor)
        let plan = ready?.plan ?? learningPlan(monitor)
        let (key, epoch) = (monitor.object.uid, status.windows + 1)
        var found: [ReplicaClient.Progress] = []
        for address in addresses {
            if let progress = await replicas.follow(plan, key: key, epoch: epoch, at: address) {
                found.append(progress)
            }
        }
        guard !found.isEmpty else {
            throw MonitorFault("NotWatchable", "no replica can be watched: only models that Roost serves itself can")
        }
        if monitor.takesLabels {
            await replicas.carryLabels(among: found.map(\.address))
            status.tell(LabelQuality(found.flatMap(\.labelled), positive: monitor.positiveLabel))
        }
        let rows = found.reduce(0) { $0 + $1.rows }
        // A replica that is ahead was told of the window's end by a look that did not come to its own.
        let isAhead = found.contains { $0.epoch > epoch }
        guard let ready else {
            status.tellLearning(rows: rows, replicas: found.count)
            guard isAhead || rows >= monitor.referenceRows else { return false }
            return try await learn(monitor, plan, epoch, found)
        }
        status.tellWatching(rows: rows, replicas: found.count, reference: ready.rows)
        guard isAhead || status.isWindowOver(rows: rows) else { return false }
        guard let whole = await finish(ready, key, epoch, found) else { return false }
        status.tell(ready.judge.verdict(whole))
        return false
    }

    private func learningPlan(_ monitor: DriftMonitor) -> WatchPlan {
        WatchPlan(
            id: "learn/\(ReferenceStore.purpose(of: monitor))",
            model: monitor.model,
            learntRows: monitor.referenceRows,
            keepsAnswers: monitor.takesLabels
        )
    }

    /// The reference with the plan made of it; nil while it is to be learnt.
    private func prepare(_ monitor: DriftMonitor) async throws(MonitorFault) -> PreparedReference? {
        if let known = prepared.find(monitor) { return known }
        guard let rows = try await references.rows(of: monitor) else { return nil }
        do throws(ReferenceFault) {
            let ready = try PreparedReference(rows, monitor)
            prepared.keep(ready, for: monitor)
            return ready
        } catch {
            throw MonitorFault("ReferenceNotUsable", "the reference cannot be used: \(error)")
        }
    }

    /// Keeps the rows that came as the reference.
    private func learn(
        _ monitor: DriftMonitor,
        _ plan: WatchPlan,
        _ epoch: Int,
        _ found: [ReplicaClient.Progress]
    ) async throws(MonitorFault) -> Bool {
        var learnt = LearntRows(names: [], rowsMax: monitor.referenceRows)
        for replica in found {
            let told = await replicas.roll(plan, key: monitor.object.uid, to: epoch + 1, at: replica.address)
            if let rows = told.flatMap({ LearntRows($0["learnt"]) }) { learnt.merge(rows) }
        }
        guard !learnt.rows.isEmpty else { return false }
        do {
            try await references.keep(learnt, of: monitor)
        } catch {
            throw MonitorFault("ReferenceNotKept", "the learnt reference cannot be kept: \(error)")
        }
        return true
    }

    /// Ends a window at all replicas; what they counted together.
    private func finish(
        _ ready: PreparedReference,
        _ key: String,
        _ epoch: Int,
        _ found: [ReplicaClient.Progress]
    ) async -> WatchTally? {
        var whole: WatchTally?
        for replica in found {
            guard let told = await replicas.roll(ready.plan, key: key, to: epoch + 1, at: replica.address),
                let tally = WatchTally(told["tally"], ready.layout)
            else { continue }
            if whole == nil { whole = tally } else { whole?.merge(tally) }
        }
        return whole
    }

    private func store(_ status: DriftStatus, of stored: KubeObject) async throws {
        var object = stored
        object.status = status.finished()
        if object.status != stored.status { _ = try await api.updateStatus(.driftMonitors, object) }
        series.tell(object)
        for item in status.news {
            if item.isWarning {
                await events.warning(stored, item.reason, item.message)
            } else {
                await events.normal(stored, item.reason, item.message)
            }
        }
    }
}
