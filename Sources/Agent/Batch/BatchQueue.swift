package import Base

/// Decides which requests go together; knows nothing of bodies or sockets.
///
/// Requests of one path wait until there are enough instances, or until the oldest has waited long enough.
package struct BatchQueue<Ticket> {
    /// Requests that go out as one.
    package struct Batch {
        package let path: String
        package fileprivate(set) var tickets: [Ticket] = []
        package fileprivate(set) var instances = 0
        /// When it goes out at the latest.
        package let deadline: Instant
    }

    private let instancesMax: Int
    private let waitMax: Duration
    private var waiting: [String: Batch] = [:]

    package init(instancesMax: Int, waitMax: Duration) {
        self.instancesMax = instancesMax
        self.waitMax = waitMax
    }

    /// Takes a request in; the batch that it makes full, to be sent now.
    package mutating func add(_ ticket: Ticket, instances: Int, path: String, at now: Instant) -> Batch? {
        var batch = waiting[path] ?? Batch(path: path, deadline: now + waitMax)
        batch.tickets.append(ticket)
        batch.instances += instances
        guard batch.instances < instancesMax else {
            waiting[path] = nil
            return batch
        }
        waiting[path] = batch
        return nil
    }

    /// The batches whose time has come.
    package mutating func takeDue(at now: Instant) -> [Batch] {
        let due = waiting.values.filter { $0.deadline <= now }.sorted { $0.path < $1.path }
        for batch in due { waiting[batch.path] = nil }
        return due
    }

    /// When the next batch is due; nil where none waits.
    package var nextDeadline: Instant? { waiting.values.map(\.deadline).min() }
}
