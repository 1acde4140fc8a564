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
        let later = LaterAnswer(service: self, answer: answer)
        let loop = loop
        let isTaken = threads.add {
            let outcome = work()
            loop.execute { later.give(outcome, ticket) }
        }
        guard !isTaken else { return }
        waiting[ticket] = nil
        refuse(exchange, .tooManyWait)
    }
}

/// What is done on the loop's thread when an answer is there.
private final class LaterAnswer<Outcome: Sendable>: @unchecked Sendable {
    // Safe: only used in work that runs on the service's loop.
    private let service: ModelService
    private let answer: (ModelService, HTTPExchange, Outcome) -> Void

    init(service: ModelService, answer: @escaping (ModelService, HTTPExchange, Outcome) -> Void) {
        self.service = service
        self.answer = answer
    }

    func give(_ outcome: Outcome, _ ticket: Int) {
        guard let exchange = service.waiting.removeValue(forKey: ticket) else { return }
        answer(service, exchange, outcome)
    }
}

extension RequestDefect {
    /// So many requests wait for a model already that this one is not taken.
    static let tooManyWait = RequestDefect(.notReady, "Too many requests wait for the model.")
}
