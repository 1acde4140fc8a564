import Base
import Net
import Statistics

/// Speaks with replicas about what they watch. One that does not answer is left out this time: it is asked again.
struct ReplicaClient: Sendable {
    let client: HTTPClient

    /// Where a replica stands with a plan.
    struct Progress: Sendable {
        let address: SocketAddress
        let epoch: Int
        let rows: Int
        let labelled: [LabelledAnswer]
    }

    private static let timeout = Duration.seconds(5)
    private let log = Log("drift")

    init(client: HTTPClient) { self.client = client }

    /// Sees to it that a replica works by a plan, in this window or the next; nil where it cannot.
    func follow(_ plan: WatchPlan, key: String, epoch: Int, at address: SocketAddress) async -> Progress? {
        if let known = await progress(plan, key: key, at: address), (epoch...epoch + 1).contains(known.epoch) {
            return known
        }
        // Another plan, a window long past, or a replica that has started since.
        let path = "/roost/drift/watch/\(key)"
        _ = await send("DELETE", path, at: address)
        let body: JSON = ["plan": plan.json, "epoch": .int(Int64(epoch))]
        guard await send("PUT", path, body, at: address) != nil else { return nil }
        return await progress(plan, key: key, at: address)
    }

    private func progress(_ plan: WatchPlan, key: String, at address: SocketAddress) async -> Progress? {
        guard let json = await send("GET", "/roost/drift/watch/\(key)", at: address), json["plan"].string == plan.id,
            let epoch = json["epoch"].int, let rows = json["rows"].int
        else { return nil }
        let labelled = (json["labelled"].array ?? []).compactMap { LabelledAnswer($0) }
        return Progress(address: address, epoch: epoch, rows: rows, labelled: labelled)
    }

    /// Ends the window before `epoch`; what was counted in it.
    func roll(_ plan: WatchPlan, key: String, to epoch: Int, at address: SocketAddress) async -> JSON? {
        let body: JSON = ["plan": .string(plan.id), "epoch": .int(Int64(epoch))]
        return await send("POST", "/roost/drift/watch/\(key)", body, at: address)
    }

    /// Watches no more.
    func end(key: String, at address: SocketAddress) async {
        _ = await send("DELETE", "/roost/drift/watch/\(key)", at: address)
    }

    /// Brings labels that one replica knows no answer for to the others.
    func carryLabels(among addresses: [SocketAddress]) async {
        for address in addresses {
            guard let waiting = await send("GET", "/roost/drift/waiting", at: address),
                let labels = waiting["labels"].array, !labels.isEmpty, let last = waiting["upTo"].int
            else { continue }
            for other in addresses where other != address {
                _ = await send("POST", "/roost/drift/labels", .array(labels), at: other)
            }
            _ = await send("DELETE", "/roost/drift/waiting/\(last)", at: address)
        }
    }

    /// What a replica answers with 200; nil for anything else.
    private func send(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        at address: SocketAddress
    ) async -> JSON? {
        let headers: HTTPHeaders = ["host": address.description, "content-type": "application/json"]
        let request = HTTPRequest(method: method, path: path, headers: headers, body: body?.bytes ?? [])
        do {
            let answer = try await client.send(request, to: address, timeout: ReplicaClient.timeout)
            guard answer.status == 200 else { return nil }
            return try JSON.parse(answer.body)
        } catch {
            log.debug("a replica does not answer", ["address": address.description, "why": "\(error)"])
            return nil
        }
    }
}
