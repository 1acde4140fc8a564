import Base
import Net

/// The repository extension: index, load, unload.
extension ModelService {
    /// Loads on another thread, since that takes its time; the exchange waits.
    func load(_ name: String, _ exchange: HTTPExchange) {
        let ticket = nextTicket
        nextTicket += 1
        waiting[ticket] = exchange
        let repository = context.repository
        let place = ServicePlace(service: self)
        Task.detached {
            let defect: RequestDefect?
            do throws(RequestDefect) {
                try repository.load(name)
                defect = nil
            } catch {
                defect = error
            }
            place.service.loop.execute { place.service.finishLoad(ticket, name, defect) }
        }
    }

    private func finishLoad(_ ticket: Int, _ name: String, _ defect: RequestDefect?) {
        guard let exchange = waiting.removeValue(forKey: ticket) else { return }
        if let defect { return reply(exchange, defect) }
        reply(exchange, status: 200) { body in
            body.append("{\"name\":")
            JSONText.write(name, into: &body)
            body.append(",\"load\":true}")
        }
    }

    func unload(_ name: String, _ exchange: HTTPExchange) throws(RequestDefect) {
        try context.repository.unload(name)
        reply(exchange, status: 200) { body in
            body.append("{\"name\":")
            JSONText.write(name, into: &body)
            body.append(",\"unload\":true}")
        }
    }

    /// Tells of every model, or with `{"ready": true}` of those that answer.
    func answerIndex(_ exchange: HTTPExchange, _ body: UnsafeRawBufferPointer) {
        var onlyReady = false
        if !body.isEmpty {
            guard let asked = try? JSON.parse(Array(body)), asked.object != nil else {
                // What exactly is wrong with a body of at most one member needs no telling.
                return reply(exchange, RequestDefect("Unrecognized request format: a JSON object is expected"))
            }
            onlyReady = asked["ready"].bool ?? false
        }
        let entries = context.repository.index.filter { !onlyReady || $0.state == .ready }
        reply(exchange, status: 200) { out in
            out.append("[")
            for (index, entry) in entries.enumerated() {
                out.append(index == 0 ? "{\"name\":" : ",{\"name\":")
                JSONText.write(entry.name, into: &out)
                out.append(",\"version\":\"\",\"state\":\"")
                out.append(entry.state.rawValue)
                out.append("\",\"reason\":")
                JSONText.write(entry.reason, into: &out)
                out.append("}")
            }
            out.append("]")
        }
    }
}

/// Carries a service to the thread that loads for it.
private struct ServicePlace: @unchecked Sendable {
    // Safe: only `loop`, which never changes, is read elsewhere than on the loop's thread.
    let service: ModelService
}
