import KubeModel
import Net
import Synchronization

/// Which statuses may not say what traffic goes by; many debts are one signal.
final class StatusDebt: Sendable {
    /// What statuses are to say.
    struct Said: Sendable {
        let addresses: [SocketAddress]
        let attachments: RouteAttachments
        /// How many routes hang on each listener.
        let counts: [Int: Int]
    }

    /// Those that are to be looked at.
    struct Owed: Sendable {
        /// Nil while nothing is carried yet.
        var said: Said?
        /// Gateways and their classes are few: they are looked at each time.
        var routes: Set<RouteKey> = []
    }

    private let owed = Mutex(Owed())
    /// Yields when there is something to be written.
    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Traffic goes by these news from now on.
    func add(_ news: TrafficSources.News, _ book: RouteBook, _ addresses: [SocketAddress]) {
        var routes = news.routes.union(news.statuses)
        if news.hasNewAttachments { routes.formUnion(book.allRoutes) }
        for service in news.services { routes.formUnion(book.routes(leadingTo: service)) }
        owed.withLock { owed in
            owed.said = Said(addresses: addresses, attachments: book.attachments, counts: book.counts)
            owed.routes.formUnion(routes)
        }
        continuation.yield()
    }

    /// What could not be written is owed still.
    func addAgain(_ routes: Set<RouteKey>) {
        owed.withLock { $0.routes.formUnion(routes) }
        continuation.yield()
    }

    /// All that is owed; the caller writes it.
    func take() -> Owed {
        owed.withLock { owed in
            defer { owed.routes = [] }
            return owed
        }
    }
}
