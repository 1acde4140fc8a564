import Base
import KubeClient
import KubeModel
import Net

/// A watch on the wire: one JSON line per event, each sent at once, until time is up or the client has gone.
struct WatchReply: Sendable {
    let writer: ObjectWriter
    let timeLimit: Duration
    let wantsBookmarks: Bool
    let time: any TimeSource

    private static let headers: HTTPHeaders = [
        "content-type": "application/json", "cache-control": "no-cache, private",
    ]

    /// A stream of events.
    func stream(_ events: AsyncThrowingStream<WatchEvent, any Error>) -> HTTPReply {
        .stream(status: 200, headers: WatchReply.headers) { body in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await send(events, to: body) }
                group.addTask { try await time.sleep(timeLimit) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// A stream that holds nothing but a failure.
    func ended(by failure: APIStatus) -> HTTPReply {
        .stream(status: 200, headers: WatchReply.headers) { try await $0.write(ObjectWriter.line(failure)) }
    }

    private func send(_ events: AsyncThrowingStream<WatchEvent, any Error>, to body: HTTPBodyWriter) async throws {
        var isFirst = true
        do {
            for try await event in events {
                if case .bookmark(_, initialEventsEnd: false) = event, !wantsBookmarks { continue }
                try await body.write(writer.line(event, isFirst: isFirst))
                isFirst = false
            }
        } catch let failure as APIStatus {
            try await body.write(ObjectWriter.line(failure))
        }
    }
}
