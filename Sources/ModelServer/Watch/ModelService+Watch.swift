import Base
import Net
import Statistics

/// What a request under /roost/drift and /.roost/labels asks for.
enum WatchPath: Equatable, Sendable {
    /// A monitor's watch, by its key.
    case watch(String)
    /// Labels that wait for another replica.
    case waiting
    /// Waiting labels up to this one were carried on.
    case forget(Int)
    /// Labels that another replica did not know.
    case labels
    /// Labels from outside.
    case report

    /// Reads the parts of a path behind the first slash; nil where there is no such path.
    init?(_ parts: [String]) {
        switch (parts.first, parts.count) {
        case (".roost", 2) where parts[1] == "labels": self = .report
        case ("roost", 3) where parts[1] == "drift" && parts[2] == "labels": self = .labels
        case ("roost", 3) where parts[1] == "drift" && parts[2] == "waiting": self = .waiting
        case ("roost", 4) where parts[1] == "drift" && parts[2] == "waiting":
            guard let number = Int(parts[3]) else { return nil }
            self = .forget(number)
        case ("roost", 4) where parts[1] == "drift" && parts[2] == "watch" && !parts[3].isEmpty: self = .watch(parts[3])
        default: return nil
        }
    }
}

/// Watching: `/roost/drift/…` is for those who judge and not for whoever comes through a gateway, `/.roost/labels` for
/// applications.
extension ModelService {
    /// Bytes of a plan, or of labels.
    static let watchBodyMax = 4 << 20
    /// Labels of one report.
    private static let reportMax = 1000

    /// Fields that a gateway adds: nobody who comes through one is known.
    private func isForwarded(_ exchange: HTTPExchange) -> Bool {
        exchange.header("x-forwarded-for") != nil || exchange.header("forwarded") != nil
            || exchange.header("via") != nil
    }

    func begin(_ path: WatchPath, _ exchange: HTTPExchange) -> BodyMode {
        guard path == .report || !isForwarded(exchange) else {
            reply(exchange, status: 404, json: ["detail": "Not Found"])
            return .answered
        }
        switch (path, exchange.method) {
        case (.watch(let key), .get):
            answer(exchange, context.watches.watch(key)?.progress)
        case (.watch(let key), .delete):
            context.watches.remove(key)
            answer(exchange, [:])
        case (.waiting, .get): answer(exchange, context.watches.waitingLabels)
        case (.forget(let number), .delete):
            context.watches.forgetLabels(upTo: number)
            answer(exchange, [:])
        case (.watch, .put), (.watch, .post), (.labels, .post), (.report, .post):
            exchange.context = Operation(.watch(path))
            return .collect(max: ModelService.watchBodyMax, decoding: true)
        default: reply(exchange, status: 405, json: ["detail": "Method Not Allowed"])
        }
        return .answered
    }

    func complete(_ path: WatchPath, _ exchange: HTTPExchange, _ body: UnsafeRawBufferPointer) {
        do {
            let json = try JSON.parse(Array(body))
            switch (path, exchange.method) {
            case (.watch(let key), .put):
                let plan = try WatchPlan(json["plan"])
                try context.watches.put(key, plan, epoch: json["epoch"].int ?? 0)
                answer(exchange, [:])
            case (.watch(let key), _): roll(key, exchange, json)
            case (.report, _): try report(exchange, json)
            default: try pass(exchange, json)
            }
        } catch {
            reply(exchange, status: 400, json: ["detail": .string("\(error)")])
        }
    }

    private func roll(_ key: String, _ exchange: HTTPExchange, _ json: JSON) {
        guard let watch = context.watches.watch(key), watch.plan.id == json["plan"].string else {
            return answer(exchange, nil)
        }
        guard let epoch = json["epoch"].int, let finished = watch.roll(to: epoch) else {
            return reply(exchange, status: 409, json: ["detail": "it is another window's turn"])
        }
        answer(exchange, finished)
    }

    /// Labels from outside: those that are for no answer of this replica wait until they are carried to the others.
    private func report(_ exchange: HTTPExchange, _ json: JSON) throws(WatchFault) {
        guard context.watches.watches.contains(where: { $0.plan.keepsAnswers }) else {
            return reply(exchange, status: 404, json: ["detail": "no DriftMonitor takes labels of this service"])
        }
        let results = try ModelService.labels(json, most: ModelService.reportMax)
            .map { context.watches.label($0, isFromOutside: true) }
        answer(
            exchange,
            [
                "counted": .int(Int64(results.count { $0 == .counted })),
                "repeated": .int(Int64(results.count { $0 == .repeated })),
                "passedOn": .int(Int64(results.count { $0 == .unknown })),
            ]
        )
    }

    /// Labels that another replica did not know.
    private func pass(_ exchange: HTTPExchange, _ json: JSON) throws(WatchFault) {
        let results = try ModelService.labels(json, most: .max)
            .map { context.watches.label($0, isFromOutside: false) }
        answer(exchange, ["counted": .int(Int64(results.count { $0 == .counted }))])
    }

    private static func labels(_ json: JSON, most: Int) throws(WatchFault) -> [RowLabel] {
        let entries = json.array ?? [json]
        guard entries.count <= most else { throw WatchFault("\(entries.count) labels, at most \(most) at once") }
        var labels: [RowLabel] = []
        for (place, entry) in entries.enumerated() {
            guard let label = RowLabel(entry) else {
                throw WatchFault("label \(place) is not {\"id\": \"of the request\", \"label\": number or text}")
            }
            labels.append(label)
        }
        return labels
    }

    private func answer(_ exchange: HTTPExchange, _ json: JSON?) {
        reply(exchange, status: json == nil ? 404 : 200, json: json ?? ["detail": "no such watch"])
    }
}
