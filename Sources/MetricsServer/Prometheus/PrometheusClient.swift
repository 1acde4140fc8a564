import Base
package import Net

/// Asks Prometheus servers, or what speaks as they do, for the value of queries now.
package final class PrometheusClient: Sendable {
    private let loop: EventLoop
    private let client: LoopBound<PostClient>

    /// The longest answer that is taken.
    package static let answerBytesMax = 4 << 20
    /// An answer must be there long before the autoscaler decides again.
    package static let timeout = Duration.seconds(5)

    package init(loop: EventLoop) {
        self.loop = loop
        client = LoopBound(PostClient(loop: loop, bodyMax: Self.answerBytesMax))
    }

    deinit { loop.execute { [client] in client.value.close() } }

    /// The samples of a query on the server whose root is `url`.
    ///
    /// - Parameter tenant: goes along as `namespace`, for servers that keep several tenants apart by it.
    package func samples(
        of query: String,
        at url: String,
        tenant: String? = nil
    ) async throws(PrometheusFault) -> [PrometheusSample] {
        let root = url.hasSuffix("/") ? String(url.dropLast()) : url
        guard let address = WebAddress("\(root)/api/v1/query") else {
            throw PrometheusFault("\"\(url)\" is no URL of http or https")
        }
        let asked = "query=\(PercentCoding.encodeQuery(query))&timeout=\(Int(Self.timeout.seconds))s"
        let form = asked + (tenant.map { "&namespace=\(PercentCoding.encodeQuery($0))" } ?? "")
        let answer = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<PostClient.Answer, NetFault>, Never>) in
            loop.execute { [client] in
                _ = client.value.post(
                    Array(form.utf8),
                    to: address,
                    headers: ["content-type": "application/x-www-form-urlencoded", "accept": "application/json"],
                    within: Self.timeout
                ) { continuation.resume(returning: $0) }
            }
        }
        switch answer {
        case .failure(let fault): throw PrometheusFault("Prometheus at \(address.authority): \(fault)")
        case .success(let answer):
            do throws(PrometheusFault) {
                return try PrometheusAnswer.samples(status: answer.status, body: answer.body)
            } catch {
                throw PrometheusFault("Prometheus at \(address.authority): \(error)")
            }
        }
    }
}
