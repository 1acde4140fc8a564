package import Base
package import KubeModel
import Synchronization

/// Tells people what happened, as Event objects. The same event again raises the count of the one already there.
package final class EventRecorder: Sendable {
    private let api: any KubernetesAPI
    private let component: String
    private let host: String
    private let time: any TimeSource
    private let recent = Mutex<[String: KubeObject]>([:])
    private let log = Log("events")

    /// Bounds of the recorder.
    private enum Limits {
        /// Events remembered for counting; past it all are forgotten, and repeats start a new object.
        static let remembered = 4096
        /// Characters of a message; the rest is cut.
        static let message = 1024
    }

    /// A recorder for one part of the system; `component` and `host` become the events' source.
    package init(_ api: any KubernetesAPI, component: String, host: String = "", time: any TimeSource = SystemTime()) {
        self.api = api
        self.component = component
        self.host = host
        self.time = time
    }

    /// Records that something went as it should.
    package func normal(_ object: KubeObject, _ reason: String, _ message: String, fieldPath: String? = nil) async {
        await record("Normal", object, reason, message, fieldPath)
    }

    /// Records that something needs attention.
    package func warning(_ object: KubeObject, _ reason: String, _ message: String, fieldPath: String? = nil) async {
        await record("Warning", object, reason, message, fieldPath)
    }

    private func record(
        _ type: String,
        _ object: KubeObject,
        _ reason: String,
        _ message: String,
        _ fieldPath: String?
    ) async {
        let message = String(message.prefix(Limits.message))
        let identity = [object.uid, type, reason, message, fieldPath ?? ""].joined(separator: "\u{0}")
        do {
            if let known = recent.withLock({ $0[identity] }), let counted = try await count(known) {
                remember(counted, identity)
            } else {
                let event = makeEvent(type, object, reason, message, fieldPath)
                remember(try await api.create(.events, event), identity)
            }
        } catch {
            // An event that cannot be stored must not fail the work that it tells of.
            log.debug("event not stored", ["reason": reason, "why": "\(error)"])
        }
    }

    private func remember(_ event: KubeObject, _ identity: String) {
        recent.withLock { known in
            if known.count >= Limits.remembered { known = [:] }
            known[identity] = event
        }
    }

    /// Raises the count of an event; nil when it is gone.
    private func count(_ event: KubeObject) async throws -> KubeObject? {
        let patch: JSON = [
            "count": .int(Int64((event["count"].int ?? 1) + 1)), "lastTimestamp": .string(time.wall().rfc3339),
        ]
        do {
            return try await api.patch(.events, event.key, .merge(patch))
        } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }

    private func makeEvent(
        _ type: String,
        _ object: KubeObject,
        _ reason: String,
        _ message: String,
        _ fieldPath: String?
    ) -> KubeObject {
        let now = time.wall()
        let namespace = object.namespace ?? "default"
        let name = "\(object.name).\(String(now.nanoseconds, radix: 16))"
        var event = KubeObject(.events, kind: "Event", namespace: namespace, name: name)
        var involved: JSON = [
            "kind": .string(object.kind), "apiVersion": .string(object.apiVersion), "name": .string(object.name),
            "uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion),
        ]
        involved["namespace"] = JSON(object.namespace)
        involved["fieldPath"] = JSON(fieldPath)
        event["involvedObject"] = involved
        event["type"] = .string(type)
        event["reason"] = .string(reason)
        event["message"] = .string(message)
        event["source"] =
            host.isEmpty ? ["component": .string(component)] : ["component": .string(component), "host": .string(host)]
        event["firstTimestamp"] = .string(now.rfc3339)
        event["lastTimestamp"] = .string(now.rfc3339)
        event["count"] = 1
        event["reportingComponent"] = .string(component)
        event["reportingInstance"] = .string(host)
        return event
    }
}
