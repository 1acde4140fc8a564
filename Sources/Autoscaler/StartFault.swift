import Base
import KubeModel

/// Why replicas do not come about, where a pod or the Deployment says so: what the condition ContainerHealthy tells.
struct StartFault: Equatable {
    let reason: String
    let message: String

    /// Waiting for these is part of every start.
    private static let usual: Set<String> = ["ContainerCreating", "PodInitializing"]

    private init(_ reason: String, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// Why a pod does not start.
    init?(pod: KubeObject) {
        guard !pod.isTerminating else { return nil }
        let statuses = ["initContainerStatuses", "containerStatuses"].flatMap { pod.status[$0].array ?? [] }
        if let fault = statuses.lazy.compactMap({ StartFault.container($0, of: pod.name) }).first {
            self = fault
            return
        }
        let scheduled = Conditions(pod.status["conditions"])["PodScheduled"]
        guard scheduled["status"].string == "False" else { return nil }
        self.init(
            scheduled["reason"].string ?? "Unschedulable",
            "Pod \(pod.name): \(scheduled["message"].string ?? "it fits on no node")"
        )
    }

    /// Why a Deployment gets no further.
    init?(deployment: KubeObject) {
        let progress = Conditions(deployment.status["conditions"])["Progressing"]
        guard progress["status"].string == "False" else { return nil }
        self.init(progress["reason"].string ?? "NotProgressing", progress["message"].string ?? "it makes no progress")
    }

    private static func container(_ status: JSON, of pod: String) -> StartFault? {
        let ended = [status["state"]["terminated"], status["lastState"]["terminated"]].first { !$0.isNull } ?? .null
        let waiting = status["state"]["waiting"]
        let failed = status["state"]["terminated"]["exitCode"].int.map { $0 != 0 } ?? false
        let reason = waiting["reason"].string.flatMap { usual.contains($0) ? nil : $0 }
        guard let reason = reason ?? (failed ? ended["reason"].string ?? "Error" : nil) else { return nil }
        let exit = ended["exitCode"].int.map { "exit code \($0)" }
        let words = [exit, ended["message"].string ?? waiting["message"].string].compactMap { $0 }
        let why = words.filter { !$0.isEmpty }.joined(separator: ": ")
        return StartFault(
            reason,
            "Pod \(pod), container \(status["name"].string ?? ""): \(why.isEmpty ? reason : why)"
        )
    }

    /// The Deployment of a pod: its ReplicaSet is named after it and a hash.
    static func deployment(of pod: KubeObject) -> ObjectKey? {
        guard let owner = pod.controller, owner.kind == "ReplicaSet", let dash = owner.name.lastIndex(of: "-") else {
            return nil
        }
        return ObjectKey(namespace: pod.namespace, name: String(owner.name[..<dash]))
    }
}
