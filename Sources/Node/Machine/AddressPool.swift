import Net
import Synchronization

/// Gives each pod an address of its own, and none again soon after it was given back.
package final class AddressPool: Sendable {
    private let range: ClosedRange<UInt32>
    private let state: Mutex<(taken: Set<UInt32>, next: UInt32)>

    /// Begins somewhere in the range: after a restart, statuses not yet rewritten still name the addresses of before.
    package convenience init(_ range: ClosedRange<UInt32>) { self.init(range, first: .random(in: range)) }

    package init(_ range: ClosedRange<UInt32>, first: UInt32) {
        self.range = range
        state = Mutex((taken: [], next: first))
    }

    /// A free address; nil when all are taken. Those that end in 0 or 255 are never given: programs take them for
    /// networks and broadcasts.
    package func take() -> String? {
        state.withLock { state in
            for _ in 0..<range.count {
                let address = state.next
                state.next = address == range.upperBound ? range.lowerBound : address + 1
                guard address & 255 != 0, address & 255 != 255, !state.taken.contains(address) else { continue }
                state.taken.insert(address)
                return SocketAddress(ip: address, port: 0).host
            }
            return nil
        }
    }

    package func giveBack(_ host: String) {
        guard let address = SocketAddress(host: host, port: 0) else { return }
        state.withLock { _ = $0.taken.remove(address.ip) }
    }
}
