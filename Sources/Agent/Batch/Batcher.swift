import Base
import Net

/// Puts predict requests together and hands the parts of the answer back, on its loop's thread.
final class Batcher {
    /// One client's request.
    final class Ticket {
        var exchange: HTTPExchange?
        let instances: [ArraySlice<UInt8>]
        /// Told what the client was.
        let answered: (_ status: Int, _ body: [UInt8]) -> Void

        init(
            _ exchange: HTTPExchange,
            _ instances: [ArraySlice<UInt8>],
            _ answered: @escaping (Int, [UInt8]) -> Void
        ) {
            self.exchange = exchange
            self.instances = instances
            self.answered = answered
        }
    }

    private let loop: EventLoop
    private let client: PostClient
    private let component: String
    private var queue: BatchQueue<Ticket>
    private var timer: LoopTimer?

    /// - Parameter component: the URL of the component, without a path.
    init(_ settings: AgentConfiguration.Batching, loop: EventLoop, client: PostClient, component: String) {
        self.loop = loop
        self.client = client
        self.component = component
        queue = BatchQueue(instancesMax: settings.instancesMax, waitMax: settings.waitMax)
    }

    func add(_ ticket: Ticket, path: String) {
        if let full = queue.add(ticket, instances: ticket.instances.count, path: path, at: loop.now) { send(full) }
        schedule()
    }

    private func schedule() {
        timer?.cancel()
        timer = queue.nextDeadline.map { deadline in
            loop.after(max(.zero, deadline - loop.now)) { [weak self] in
                guard let self else { return }
                for batch in queue.takeDue(at: loop.now) { send(batch) }
                schedule()
            }
        }
    }

    private func send(_ batch: BatchQueue<Ticket>.Batch) {
        // Whoever went away while waiting has no part in it.
        let tickets = batch.tickets.filter { $0.exchange != nil }
        guard !tickets.isEmpty else { return }
        guard let address = WebAddress(component + batch.path) else {
            return Batcher.settle(tickets, 400, Array("\(batch.path) is no path".utf8), id: "")
        }
        let body = BatchBody.request(tickets.map(\.instances))
        _ = client.post(body, to: address, headers: ["content-type": "application/json"]) { result in
            switch result {
            case .success(let answer): Batcher.settle(tickets, answer.status, answer.body, id: RandomName.uuid())
            case .failure(let fault): Batcher.settle(tickets, 502, Array(fault.message.utf8), id: "")
            }
        }
    }

    private static func settle(_ tickets: [Ticket], _ status: Int, _ body: [UInt8], id: String) {
        let answers = BatchBody.answers(status, body, counts: tickets.map(\.instances.count), id: id)
        for (ticket, answer) in zip(tickets, answers) { settle(ticket, answer) }
    }

    private static func settle(_ ticket: Ticket, _ answer: (status: Int, body: [UInt8])) {
        guard let exchange = ticket.exchange else { return }
        ticket.exchange = nil
        answer.body.withUnsafeBytes {
            exchange.respond(status: answer.status, contentType: "application/json", body: $0)
        }
        ticket.answered(answer.status, answer.body)
    }
}
