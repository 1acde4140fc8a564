import Net

/// Requests whose answer another thread works out.
extension ModelService {
    /// Lets a request wait while `work` is done by the model's threads; `answer` gives the answer, on the loop's thread.
    /// A request whose client has gone away meanwhile is forgotten.
    func answerLater<Outcome: Sendable>(
        _ exchange: HTTPExchange,
        by threads: ModelThreads,
        _ work: @escaping @Sendable () -> Outcome,
        _ answer: @escaping (ModelService, HTTPExchange, Outcome) -> Void
    ) {
        let ticket = nextTicket
        nextTicket += 1
        waiting[ticket] = exchange
        let place = LaterPlace(service: self, answer: answer)
        let loop = loop
        let isTaken = threads.add {
            let outcome = work()
            loop.execute {
                guard let exchange = place.service.waiting.removeValue(forKey: ticket) else { return }
                place.answer(place.service, exchange, outcome)
            }
        }
        guard !isTaken else { return }
        waiting[ticket] = nil
        refuse(exchange, .tooManyWait)
    }
}

/// Where the outcome of some work is awaited.
private final class LaterPlace<Outcome>: @unchecked Sendable {
    // Safe: both are used on the loop's thread only.
    let service: ModelService
    let answer: (ModelService, HTTPExchange, Outcome) -> Void

    init(service: ModelService, answer: @escaping (ModelService, HTTPExchange, Outcome) -> Void) {
        self.service = service
        self.answer = answer
    }
}

extension RequestDefect {
    /// So many requests wait for a model already that this one is not taken.
    static let tooManyWait = RequestDefect(.notReady, "Too many requests wait for the model.")
}
