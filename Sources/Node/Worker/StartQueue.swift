/// Whose turn it is to start: so many at a time as the machine can carry, so that who came first is ready first.
///
/// Of those who wait, the one goes next whose owner has the fewest starts under way; of equals, who came first. A service
/// that wants many replicas at once so never keeps the first replica of another waiting.
package struct StartQueue: Equatable, Sendable {
    private struct Entry: Equatable {
        let ticket: Int
        let owner: String
    }

    private let width: Int
    private var waiting: [Entry] = []
    private var underWay: [Int: String] = [:]
    private var issued = 0

    /// - Parameter width: starts at a time, at least one.
    package init(width: Int) { self.width = max(1, width) }

    /// Lines a start of `owner` up.
    ///
    /// - Returns: its ticket.
    package mutating func enter(_ owner: String) -> Int {
        issued += 1
        waiting.append(Entry(ticket: issued, owner: owner))
        return issued
    }

    /// The tickets whose turn has come, in order; each is told once.
    package mutating func admit() -> [Int] {
        var admitted: [Int] = []
        while underWay.count < width, !waiting.isEmpty {
            let busy = Dictionary(underWay.values.map { ($0, 1) }, uniquingKeysWith: +)
            let chosen = waiting.indices.min { busy[waiting[$0].owner] ?? 0 < busy[waiting[$1].owner] ?? 0 } ?? 0
            let entry = waiting.remove(at: chosen)
            underWay[entry.ticket] = entry.owner
            admitted.append(entry.ticket)
        }
        return admitted
    }

    /// Ends the turn of a ticket; ending it again does nothing.
    package mutating func leave(_ ticket: Int) {
        underWay[ticket] = nil
        waiting.removeAll { $0.ticket == ticket }
    }
}
