import Net

/// Two connections joined: what comes in at one goes out at the other, each waiting for the other; the end of one side
/// is passed on, and when one is gone the other is closed.
enum Tunnel {
    /// One side waits when more than this of the other's bytes is unsent.
    private static let unsentMax = 256 * 1024

    /// Joins `left` and `right`; `ended` is called once, when both are done.
    static func join(_ left: RawConnection, _ right: RawConnection, ended: @escaping () -> Void) {
        var isOver = false
        func finish() {
            guard !isOver else { return }
            isOver = true
            ended()
        }
        pass(left, to: right, finish)
        pass(right, to: left, finish)
    }

    private static func pass(_ from: RawConnection, to: RawConnection, _ finish: @escaping () -> Void) {
        // Each holds the other until it is closed, which takes its callbacks away.
        to.onDrained = { from.resume() }
        from.onEnd = { to.finish() }
        from.onClosed = { _ in
            to.close()
            finish()
        }
        from.onBytes = { bytes in
            to.write(bytes)
            if to.unsentBytes > unsentMax { from.pause() }
        }
    }
}
