import Base
import Net

/// The phase Admit: a request goes to an endpoint that may take it, or waits: for a slot where its Service limits what
/// runs at once, for the first replica where the Service is at zero, for a newer table where nobody can be reached.
///
/// What waits is paused: no more of its body is read than lies in the connection's buffer.
extension Relay {
    /// Brings the request to an endpoint, or lets it wait.
    func admit() {
        guard let backend, let endpoints = backend.endpoints else { return }
        if let queue = backend.scaled?.queue, backend.containerConcurrency > 0 || endpoints.isEmpty {
            return admit(endpoints, limit: backend.containerConcurrency, through: queue)
        }
        if let endpoint = worker.picker.endpoint(of: endpoints, tried: tried, at: worker.loop.now) {
            return attempt(endpoint)
        }
        hold()
    }

    private func admit(_ endpoints: [Endpoint], limit: Int, through queue: RequestQueue) {
        let untried = tried.isEmpty ? endpoints : endpoints.filter { one in !tried.contains { $0 === one } }
        if let endpoint = queue.takeSlot(of: untried, limit: limit, at: worker.loop.now) {
            slots = queue
            return attempt(endpoint)
        }
        // Nobody can be reached: a place in the queue would lead to the same endpoints at once.
        if untried.isEmpty, !endpoints.isEmpty { return hold() }
        wait(in: queue)
    }

    /// Another endpoint gets the request, of which nothing was done at the last one.
    func attemptElsewhere(_ fault: NetFault) {
        lastFault = fault
        releaseEndpoint(tried: true)
        guard tried.count < Self.attemptsMax else { return hold() }
        worker.metrics.retries.add()
        admit()
    }

    // MARK: in a queue

    private func wait(in queue: RequestQueue) {
        pauseRequest()
        worker.metrics.held.add()
        spans.waits(isColdStart: backend?.endpoints?.isEmpty ?? true, at: worker.loop.now)
        let waiter = Waiter(loop: worker.loop) { self.hear($0, of: queue) }
        place = .queue(queue, waiter)
        setDeadline(patience(until: startedAt + Self.waitMax))
        // A request that had its turn goes before those that had none.
        guard let refusal = queue.join(waiter, isAhead: !tried.isEmpty, at: worker.loop.now) else { return }
        refuse(503, refusal)
    }

    private func hear(_ outcome: Waiter.Outcome, of queue: RequestQueue) {
        place = .running
        switch outcome {
        case .admitted(let endpoint):
            slots = queue
            setDeadline(giveUpAt)
            attempt(endpoint)
        case .refused(let why): refuse(503, why)
        }
    }

    // MARK: for a newer table

    /// Waits until endpoints become ready or a replica that died is replaced; that may take no new table, so those that
    /// could not be reached are tried again now and then.
    private func hold() {
        pauseRequest()
        let now = worker.loop.now
        let end = holdEnd ?? now + worker.configuration.holdTime
        holdEnd = end
        place = .held
        spans.waits(isColdStart: false, at: now)
        setDeadline(patience(until: tried.isEmpty ? end : min(end, now + Self.lookAgainTime)))
    }

    /// Does nothing for so long, then looks for its way again.
    func rest(_ time: Duration) {
        let now = worker.loop.now
        holdEnd = now + time + worker.configuration.holdTime
        place = .held
        setDeadline(patience(until: now + time))
    }

    /// A time, or before it the end of the client's patience.
    private func patience(until time: Instant) -> Instant { giveUpAt.map { min($0, time) } ?? time }

    /// Looks for its way again, in a newer table or because time has passed; its place in a queue stays where the way
    /// leads to the same Service.
    func look(in table: TrafficTable) {
        guard place.isWaiting, let exchange, let way = Route.find(exchange, in: table),
            let next = Picker.backend(of: way.target, lot), next.endpoints != nil
        else { return }
        if case .queue(let queue, _) = place, next.scaled?.queue === queue { return take(way, next) }
        stopWaiting()
        take(way, next)
        tried.removeAll(keepingCapacity: true)
        setDeadline(giveUpAt)
        admit()
    }

    /// Leaves the queue or what else it waits for.
    func stopWaiting() {
        if case .queue(let queue, let waiter) = place { queue.withdraw(waiter) }
        place = .running
    }

    /// Time is up for what waits, or it is time to look again.
    func expireWaiting() {
        let now = worker.loop.now
        if case .held = place, now < holdEnd ?? now, giveUpAt.map({ now < $0 }) ?? true {
            return look(in: worker.table)
        }
        let waited = now - startedAt
        switch (place, lastFault) {
        case (.queue, _) where backend?.endpoints?.isEmpty ?? true:
            refuse(504, "\(backendName) has no ready endpoint after \(waited.milliseconds.rounded()) ms")
        case (.queue, _):
            refuse(504, "\(backendName) has had no free slot for \(waited.milliseconds.rounded()) ms")
        case (_, let fault?):
            refuse(fault.kind == .timeout ? 504 : 502, "no endpoint of \(backendName) can be reached: \(fault.message)")
        default: refuse(503, "\(backendName) has no ready endpoints")
        }
    }
}
