import Base
import Net
import Statistics

/// What an application reports of requests that were answered: `POST /.roost/rewards` on the service's own host, with
/// `{"id": "…", "reward": 1.0}` or a list of such.
enum RewardReport {
    private static let path: StaticString = "/.roost/rewards"
    /// Bytes of a report.
    private static let bodyMax = 256 * 1024
    /// Rewards in a report.
    static let countMax = 1000

    /// Whether a request of an experiment is a report.
    static func isMeant(_ exchange: HTTPExchange) -> Bool {
        exchange.pathBytes.elementsEqual(UnsafeRawBufferPointer(start: path.utf8Start, count: path.utf8CodeUnitCount))
    }

    /// Begins to take a report.
    static func begin(_ exchange: HTTPExchange) -> BodyMode {
        guard exchange.method == .post else {
            exchange.refuse(405, "rewards are reported by POST")
            return .answered
        }
        return .collect(max: bodyMax)
    }

    /// Counts what a report says, and answers what became of it.
    static func take(_ exchange: HTTPExchange, _ body: UnsafeRawBufferPointer, _ route: MeasuredRoute) {
        do throws(Fault) {
            let rewards = try read(Array(body))
            let results = rewards.map { reward in
                reward.id.withUnsafeBytes { route.board.reward($0, of: route.experiment, reward.value) }
            }
            answer(exchange, rewards, results)
        } catch {
            exchange.refuse(400, error.what)
        }
    }

    private struct Reward {
        let id: [UInt8]
        let value: Double
    }

    private struct Fault: Error {
        let what: String
    }

    private static func read(_ body: [UInt8]) throws(Fault) -> [Reward] {
        let json: JSON
        do {
            json = try JSON.parse(body)
        } catch {
            throw Fault(what: "the report is not JSON: \(error)")
        }
        let entries = json.array ?? [json]
        guard entries.count <= countMax else {
            throw Fault(what: "\(entries.count) rewards, at most \(countMax) at once")
        }
        var rewards: [Reward] = []
        for (place, entry) in entries.enumerated() {
            guard let id = entry["id"].string, (1...RequestMark.idMax).contains(id.utf8.count),
                let value = entry["reward"].double, value.isFinite
            else {
                throw Fault(what: "reward \(place) is not {\"id\": \"the answer's x-request-id\", \"reward\": number}")
            }
            rewards.append(Reward(id: Array(id.utf8), value: value))
        }
        return rewards
    }

    /// 200 where all counted; else 404 for a request that is not known, 409 for one that has its reward.
    private static func answer(_ exchange: HTTPExchange, _ rewards: [Reward], _ results: [ArmBoard.RewardResult]) {
        func ids(_ result: ArmBoard.RewardResult) -> [String] {
            zip(rewards, results).filter { $0.1 == result }.map { String(decoding: $0.0.id, as: UTF8.self) }
        }
        let (unknown, repeated) = (ids(.unknown), ids(.repeated))
        var body: JSON = ["counted": .int(Int64(results.count - unknown.count - repeated.count))]
        if !unknown.isEmpty {
            body["unknown"] = JSON(unknown)
            body["error"] = "no such request of this experiment is remembered: only the newest are"
        }
        if !repeated.isEmpty {
            body["repeated"] = JSON(repeated)
            if unknown.isEmpty { body["error"] = "a request has one reward" }
        }
        exchange.respond(
            status: !unknown.isEmpty ? 404 : !repeated.isEmpty ? 409 : 200,
            headers: ["content-type": "application/json"],
            body: Array(body.text.utf8)
        )
    }
}
